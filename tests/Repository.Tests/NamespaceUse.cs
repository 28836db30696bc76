using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Repository.Tests;

/// <summary>
/// Which namespaces of an assembly use which others of the same assembly, as its compiled code says: signatures, fields, attributes and
/// method bodies.
/// </summary>
internal static class NamespaceUse
{
    /// <summary>Each pair (user, used), once; what compilers and generators make in namespaces of their own is left out.</summary>
    public static IReadOnlyCollection<(string User, string Used)> Of(string assemblyPath, string root)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(assemblyPath);
        var pairs = new HashSet<(string, string)>();
        foreach (var type in assembly.MainModule.GetAllTypes())
        {
            string user = NamespaceOf(type);
            foreach (string used in Uses(type).SelectMany(Parts).Where(t => t.Scope == assembly.MainModule).Select(NamespaceOf))
            {
                if (user != used && IsOurs(user, root) && IsOurs(used, root))
                    pairs.Add((user, used));
            }
        }
        return pairs;
    }

    private static bool IsOurs(string name, string root) => name == root || name.StartsWith(root + ".", StringComparison.Ordinal);

    private static string NamespaceOf(TypeReference type) => type.DeclaringType is { } outer ? NamespaceOf(outer) : type.Namespace;

    private static IEnumerable<TypeReference> Uses(TypeDefinition type) =>
        [
            .. type.BaseType is { } parent ? [parent] : Array.Empty<TypeReference>(),
            .. type.Interfaces.Select(i => i.InterfaceType),
            .. type.CustomAttributes.Select(a => a.AttributeType),
            .. type.Fields.Select(f => f.FieldType),
            .. type.Methods.SelectMany(Uses),
        ];

    private static IEnumerable<TypeReference> Uses(MethodDefinition method) =>
        [
            .. Signature(method),
            .. method.HasBody ? method.Body.Variables.Select(v => v.VariableType) : [],
            .. method.HasBody ? method.Body.Instructions.SelectMany(i => Operand(i.Operand)) : [],
        ];

    private static IEnumerable<TypeReference> Operand(object? operand) =>
        operand switch
        {
            TypeReference type => [type],
            FieldReference field => [field.DeclaringType, field.FieldType],
            GenericInstanceMethod method => [.. Signature(method), method.DeclaringType, .. method.GenericArguments],
            MethodReference method => [.. Signature(method), method.DeclaringType],
            _ => [],
        };

    private static IEnumerable<TypeReference> Signature(MethodReference method) =>
        [method.ReturnType, .. method.Parameters.Select(p => p.ParameterType)];

    /// <summary>A type itself and, of a constructed one, what it is made of.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) =>
        type switch
        {
            GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
            FunctionPointerType function => [.. Parts(function.ReturnType), .. function.Parameters.SelectMany(p => Parts(p.ParameterType))],
            TypeSpecification made => Parts(made.ElementType),
            GenericParameter => [],
            _ => [type],
        };
}
