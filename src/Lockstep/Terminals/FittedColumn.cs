namespace Lockstep.Terminals;

/// <summary>A column of a <see cref="FittedTable"/>.</summary>
/// <param name="Title">Above it.</param>
/// <param name="IsNumber">It is flush right.</param>
/// <param name="IsProse">Its cells may take several lines.</param>
/// <param name="NeedsRoom">It is left out where the whole table does not fit.</param>
internal sealed record FittedColumn(string Title, bool IsNumber = false, bool IsProse = false, bool NeedsRoom = false)
{
    public static implicit operator FittedColumn(string title) => new(title);

    /// <summary>A column of numbers.</summary>
    public static FittedColumn Number(string title) => new(title, IsNumber: true);
}
