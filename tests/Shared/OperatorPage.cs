using System.Net;

namespace AlexNet.Testing;

/// <summary>The buttons of a run's status page.</summary>
internal static class OperatorPage
{
    /// <summary>Presses one, and requires that the action has begun.</summary>
    /// <param name="page">URL of the page.</param>
    /// <param name="token">The operator's.</param>
    /// <param name="action">save, drain or stop.</param>
    /// <param name="client">A client that reaches the page; null where this process does by itself.</param>
    public static async Task ActAsync(string page, string token, string action, HttpClient? client = null)
    {
        using HttpClient own = new();
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(new Uri(page), $"/actions/{action}"));
        request.Headers.Authorization = new("Bearer", token);
        using var answer = await (client ?? own).SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
