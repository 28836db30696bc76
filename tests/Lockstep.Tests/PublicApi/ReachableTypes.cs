using System.Reflection;

namespace Lockstep.Tests.PublicApi;

/// <summary>
/// The types that a user's code can get hold of. It begins with the public types of the assemblies that are written for users, and takes
/// what their signatures name, what those name, and so on. Where a signature names an abstract class, its subclasses are what a user
/// makes or is given.
/// </summary>
/// <param name="assemblies">Those of the package; no type of another is taken.</param>
internal sealed class ReachableTypes(IReadOnlyCollection<Assembly> assemblies)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly HashSet<Type> _found = [];

    public static IReadOnlySet<Type> From(IEnumerable<Assembly> roots, IReadOnlyCollection<Assembly> assemblies)
    {
        var reachable = new ReachableTypes(assemblies);
        foreach (var type in roots.SelectMany(root => root.GetExportedTypes()))
            reachable.Take(type);
        return reachable._found;
    }

    private void Take(Type type)
    {
        if (type.HasElementType || type.IsGenericParameter)
        {
            TakeAll(type.GetElementType() is { } element ? [element] : type.GetGenericParameterConstraints());
            return;
        }

        TakeAll(type.IsConstructedGenericType ? type.GetGenericArguments() : []);
        var definition = type.IsConstructedGenericType ? type.GetGenericTypeDefinition() : type;
        if (!assemblies.Contains(definition.Assembly) || !definition.IsVisible || !_found.Add(definition))
            return;
        TakeAll(definition.BaseType is { } parent ? [parent] : []);
        TakeAll(definition.DeclaringType is { } outer ? [outer] : []);
        TakeAll([.. definition.GetInterfaces(), .. definition.GetGenericArguments(), .. definition.GetNestedTypes()]);
        TakeAll(definition.GetMembers(Declared).SelectMany(Named));
        if (definition is { IsAbstract: true, IsClass: true })
            TakeAll(assemblies.SelectMany(a => a.GetExportedTypes()).Where(t => t.BaseType == definition));
    }

    private void TakeAll(IEnumerable<Type> types)
    {
        foreach (var type in types)
            Take(type);
    }

    /// <summary>What the signature of a member that a user sees names; accessors stand for their properties and events.</summary>
    private static IEnumerable<Type> Named(MemberInfo member) =>
        member switch
        {
            FieldInfo field when field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly => [field.FieldType],
            MethodBase method when method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly =>
            [
                .. method is MethodInfo { ReturnType: var returned } ? [returned] : Type.EmptyTypes,
                .. method.GetParameters().Select(p => p.ParameterType),
                .. method.IsGenericMethodDefinition ? method.GetGenericArguments() : [],
            ],
            _ => [],
        };
}
