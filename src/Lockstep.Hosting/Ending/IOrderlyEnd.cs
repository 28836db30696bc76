namespace Lockstep.Hosting.Ending;

/// <summary>A service that can end in good order, at the next step, with its state saved.</summary>
public interface IOrderlyEnd
{
    /// <summary>Begins to end; false where there is nothing to wait for.</summary>
    bool TryEndInOrder();
}
