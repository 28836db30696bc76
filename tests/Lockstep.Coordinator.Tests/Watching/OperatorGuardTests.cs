using System.Net;
using System.Text;
using Lockstep.Coordinator.Watching.Serving;
using Lockstep.Hosting.Security;
using Microsoft.AspNetCore.Http;

namespace Lockstep.Coordinator.Tests.Watching;

public class OperatorGuardTests
{
    private readonly OperatorGuard _guard = new(new Access(new RunTokens("the token of the workers", "s3cret:word")));

    [Theory]
    [InlineData(null, false)]
    [InlineData("Bearer s3cret:word", true)]
    [InlineData("bearer s3cret:word", true)]
    [InlineData("Bearer s3cret:wor", false)]
    [InlineData("Bearer", false)]
    [InlineData("Basic anybody:s3cret:word", true)]
    [InlineData("Basic :s3cret:word", true)]
    [InlineData("Basic s3cret:word", false)] // a name and another password
    [InlineData("Digest s3cret:word", false)]
    public void MayAct_WhateverIsGiven_OnlyWithTheToken(string? given, bool expected)
    {
        string? header =
            given?.StartsWith("Basic ", StringComparison.Ordinal) == true
                ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(given[6..]))
                : given;
        Assert.Equal(expected, _guard.MayAct(Request("10.0.0.9", "localhost", header)));
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "[::1]", true)]
    [InlineData("127.0.0.1", "evil.example", false)] // a name that another site has made lead here
    [InlineData("10.0.0.9", "localhost", false)]
    public void MayRead_WithoutAToken_OnlyOnThisMachine(string remote, string host, bool expected)
    {
        Assert.Equal(expected, _guard.MayRead(Request(remote, host, null)));
        Assert.True(_guard.MayRead(Request(remote, host, "Bearer s3cret:word")));
    }

    [Theory]
    [InlineData("", "", false)] // no browser
    [InlineData("same-origin", "http://localhost:5001", false)]
    [InlineData("none", "", false)]
    [InlineData("cross-site", "https://evil.example", true)]
    [InlineData("same-site", "http://localhost:8080", true)]
    [InlineData("", "http://evil.example", true)]
    [InlineData("", "null", true)]
    public void IsFromAnotherSite_ByWhatTheBrowserSays(string site, string origin, bool expected)
    {
        var request = Request("127.0.0.1", "localhost", null);
        request.Headers["Sec-Fetch-Site"] = site;
        request.Headers.Origin = origin;
        Assert.Equal(expected, OperatorGuard.IsFromAnotherSite(request));
    }

    /// <summary>
    /// A proxy may give the request another name than the browser knows; it says which, or the browser says that page and deed are of one
    /// site.
    /// </summary>
    [Theory]
    [InlineData("same-origin", "https://hub.example", "", false)]
    [InlineData("", "https://hub.example", "hub.example", false)]
    [InlineData("", "https://evil.example", "hub.example", true)]
    [InlineData("cross-site", "https://hub.example", "hub.example", true)]
    public void IsFromAnotherSite_BehindAProxy_ByTheNameThatTheBrowserKnows(string site, string origin, string forwarded, bool expected)
    {
        var request = Request("127.0.0.1", "127.0.0.1", null);
        request.Headers["Sec-Fetch-Site"] = site;
        request.Headers.Origin = origin;
        request.Headers["X-Forwarded-Host"] = forwarded;
        Assert.Equal(expected, OperatorGuard.IsFromAnotherSite(request));
    }

    private static HttpRequest Request(string remote, string host, string? authorization)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Scheme = "http";
        context.Request.Host = new HostString(host, 5001);
        context.Request.Headers.Authorization = authorization;
        return context.Request;
    }
}
