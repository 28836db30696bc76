using System.Text.Json;
using System.Text.Json.Nodes;
using Lockstep.Core.Status;

namespace Lockstep.Core.Tests.Status;

public class VisibleStatusTests
{
    private const string Evil = "\u001b]0;PWNED\u0007\u202e\n";

    /// <summary>Whatever text the status of a run has, or will have, is looked at: each is made evil, and none comes through.</summary>
    [Fact]
    public void Read_EveryTextFromElsewhere_Shows()
    {
        var json = JsonNode.Parse(StatusJson.Write(Statuses.Full)) ?? throw new InvalidOperationException("it is null");
        int texts = Poison(json);
        var status = StatusJson.Read(json.ToJsonString());
        string read = JsonSerializer.Serialize(
            status,
            new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        Assert.True(texts >= 17, $"only {texts} texts are in the status");
        Assert.DoesNotContain(@"\u001B", read, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(@"\u202E\n", read, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', read);
        Assert.Equal(texts, read.Split(@"\\x1b]0;PWNED\\x07").Length - 1);
    }

    [Fact]
    public void Read_OneThatCountsImages_HasItsSpeeds()
    {
        var full = Statuses.Full with { Progress = Statuses.Full.Progress with { SamplesPerSecond = 652 } };
        string before = StatusJson.Write(full).Replace("samples_per_second", "images_per_second", StringComparison.Ordinal); // ADR 15
        Assert.Equal(652, StatusJson.Read(before).Progress.SamplesPerSecond);
    }

    private static int Poison(JsonNode node) =>
        node switch
        {
            JsonObject all => all.ToList()
                .Sum(p => p.Key is "time" or "written" or "health" ? 0 : PoisonAt(p.Value, value => all[p.Key] = value)),
            JsonArray list => Enumerable.Range(0, list.Count).Sum(i => PoisonAt(list[i], value => list[i] = value)),
            _ => 0,
        };

    private static int PoisonAt(JsonNode? value, Action<JsonNode> replace)
    {
        if (value is not JsonValue text)
            return value is null ? 0 : Poison(value);
        if (text.GetValueKind() != JsonValueKind.String)
            return 0;
        replace(JsonValue.Create(Evil));
        return 1;
    }
}
