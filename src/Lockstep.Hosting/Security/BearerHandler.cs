namespace Lockstep.Hosting.Security;

/// <summary>Gives every request of a channel its token.</summary>
public sealed class BearerHandler(string token, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation(BearerToken.Header, BearerToken.Value(token));
        return base.SendAsync(request, cancellationToken);
    }
}
