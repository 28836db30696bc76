namespace AlexNet.Model.Optimizers;

/// <summary>The numbers of one update of one parameter.</summary>
/// <param name="Rate">Learning rate, with all that multiplies it.</param>
/// <param name="Shrink">What the values are multiplied by and added to the first state: rate times decay, negative; 0 for none.</param>
/// <param name="KeepFirst">Share of the first state that is kept.</param>
/// <param name="KeepSecond">Share of the second state that is kept.</param>
/// <param name="SecondScale">Multiplies the root of the second state.</param>
/// <param name="Epsilon">Added to it.</param>
internal readonly record struct UpdateConstants(float Rate, float Shrink, float KeepFirst, float KeepSecond = 0, float SecondScale = 0, float Epsilon = 0);
