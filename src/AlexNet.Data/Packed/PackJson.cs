using System.Text.Json;
using System.Text.Json.Serialization;

namespace AlexNet.Data.Packed;

/// <summary>How the index of a packed set is written and read; what is missing or null is an error.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PackIndex))]
internal sealed partial class PackJson : JsonSerializerContext;
