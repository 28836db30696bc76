using System.Text.Json.Serialization;

namespace Lockstep.Hosting.Services;

/// <summary>How services write and read where they are reached.</summary>
[JsonSerializable(typeof(Announcement))]
[JsonSerializable(typeof(RunAddress))]
internal sealed partial class ServiceJson : JsonSerializerContext;
