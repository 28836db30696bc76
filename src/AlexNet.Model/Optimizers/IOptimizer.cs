namespace AlexNet.Model.Optimizers;

/// <summary>Changes the weights of a shard by the gradients that its parameters hold.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>One update.</summary>
    /// <param name="rate">The schedule's learning rate for this step.</param>
    void Step(double rate);
}
