namespace Lockstep.Core.Recipes;

/// <summary>How long and in what portions a run trains.</summary>
public sealed record TrainingRecipe
{
    /// <summary>
    /// The global batch: samples of one step over all replicas; under <see cref="BatchRule.Linear"/>, samples of each replica, or of each
    /// worker of a hybrid.
    /// </summary>
    [NumberRange(AtLeast = 1, AtMost = 1 << 24)]
    public required int Batch { get; init; }

    /// <summary>What becomes of batch and rate when the number of replicas changes.</summary>
    public BatchRule BatchRule { get; init; } = BatchRule.Constant;

    /// <summary>
    /// Parts that a replica's share of the batch goes through the net in, one after the other; less memory, the same gradient.
    /// </summary>
    [NumberRange(AtLeast = 1)]
    public int MicroBatches { get; init; } = 1;

    /// <summary>What the arithmetic is made of.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>
    /// The largest norm of a step's gradient, all parameters together: a longer one is shortened to it. Null for any length. Source:
    /// Pascanu, Mikolov and Bengio 2013, section 3.2.
    /// </summary>
    [NumberRange(Above = 0)]
    public double? ClipNorm { get; init; }

    /// <summary>
    /// The moving average of the weights, which is then what evaluations measure, what <c>checkpoint.best</c> decides by, and what a
    /// checkpoint holds as its weights; null for the weights themselves.
    /// </summary>
    public AverageRecipe? Average { get; init; }

    /// <summary>
    /// Names of the phases that each batch goes through, such as the two players of a GAN: a step is one phase of one batch, and changes
    /// the parameters of its phase. Null for steps that change all.
    /// </summary>
    public IReadOnlyList<string>? Phases { get; init; }

    /// <summary>Passes over the training data.</summary>
    [NumberRange(AtLeast = 1)]
    public required int Epochs { get; init; }

    /// <summary>Ends the run after so many steps, should that come before the last epoch does.</summary>
    [NumberRange(AtLeast = 1)]
    public long? Steps { get; init; }

    /// <summary>
    /// Ends the run early, after so many epochs in a row whose accuracy was not better than the best before; null for never.
    /// </summary>
    [NumberRange(AtLeast = 1)]
    public int? StopAfter { get; init; }
}

/// <summary>
/// A moving average of the weights: after each update, average = decay average + (1 - decay) weights. In the first updates n the decay is
/// at most (1 + n) / (10 + n). Source: Polyak and Juditsky 1992, in the exponential form of Tarvainen and Valpola 2017.
/// </summary>
public sealed record AverageRecipe
{
    /// <summary>What is kept of the average in each update; 0.999 averages over about a thousand.</summary>
    [NumberRange(AtLeast = 0, Below = 1)]
    public double Decay { get; init; } = 0.999;
}

/// <summary>What becomes of the global batch and the learning rate when the number of replicas changes.</summary>
public enum BatchRule
{
    /// <summary>The global batch stays as it is, and so does the rate: replicas change the speed and nothing else.</summary>
    Constant,

    /// <summary>
    /// The global batch grows with the replicas, and the rate with it (Krizhevsky 2014, section 5; Goyal et al. 2017 call it linear
    /// scaling).
    /// </summary>
    Linear,
}
