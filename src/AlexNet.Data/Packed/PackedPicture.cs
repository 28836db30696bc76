namespace AlexNet.Data.Packed;

/// <summary>One sample as it goes into a shard.</summary>
/// <param name="Content">The image file.</param>
/// <param name="Extension">What its name ends with: jpg, png, webp or bmp.</param>
/// <param name="Label">Its class.</param>
internal readonly record struct PackedPicture(byte[] Content, string Extension, int Label);
