namespace Lockstep.Torch.Optimizers;

/// <summary>The numbers of one update of one parameter, each rounded to fp32 once.</summary>
internal readonly record struct UpdateConstants()
{
    /// <summary>Learning rate, with all that multiplies it.</summary>
    public required float Rate { get; init; }

    /// <summary>What the gradient is multiplied by before anything else; 1 for as it is.</summary>
    public float GradientScale { get; init; } = 1;

    /// <summary>What the values are multiplied by and added to the gradient.</summary>
    public float Decay { get; init; }

    /// <summary>What the values are multiplied by before they are changed; 1 for as they are.</summary>
    public float KeepValue { get; init; } = 1;

    /// <summary>The update goes where the momentum will lead (Nesterov).</summary>
    public bool LooksAhead { get; init; }

    /// <summary>What the values are multiplied by and added to the first state: rate times decay, negative; 0 for none.</summary>
    public float Shrink { get; init; }

    /// <summary>Share of the first state that is kept.</summary>
    public required float KeepFirst { get; init; }

    /// <summary>What the gradient is multiplied by and added to it.</summary>
    public float AddFirst { get; init; }

    /// <summary>Share of the second state that is kept.</summary>
    public float KeepSecond { get; init; }

    /// <summary>
    /// What the gradient's square is multiplied by and added to it; not 1 less <see cref="KeepSecond"/>, which would be 5e-5 off after
    /// rounding.
    /// </summary>
    public float AddSecond { get; init; }

    /// <summary>Multiplies the root of the second state.</summary>
    public float SecondScale { get; init; }

    /// <summary>Added to it.</summary>
    public float Epsilon { get; init; }
}
