namespace Lockstep.Core.Recipes;

/// <summary>How a broken rule is worded.</summary>
public static class Rule
{
    /// <summary>Reports a value that does not keep its rule: where it is, what was found, what is required.</summary>
    public static void Require(bool kept, ICollection<string> errors, string path, object found, string required)
    {
        if (!kept)
            errors.Add(FormattableString.Invariant($"'{path}' is {found}; it must be {required}."));
    }
}
