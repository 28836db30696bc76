using Amazon.Runtime;
using Amazon.S3;

namespace Lockstep.Objects.Store;

/// <summary>
/// Makes clients of the vendor's library, which finds credentials, region and endpoint as it always does: variables, profiles, and what a
/// container or a machine is given.
/// </summary>
internal static class S3Clients
{
    private static readonly string[] EndpointVariables = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];
    private static readonly string[] RegionVariables = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <summary>Any region will do for a store of one's own, but a request must name one.</summary>
    private const string AnyRegion = "us-east-1";

    /// <summary>A client; nothing is asked yet.</summary>
    public static AmazonS3Client Create(ObjectStoreOptions options)
    {
        string? endpoint = options.Endpoint ?? EndpointVariables.Select(Variable).FirstOrDefault(v => v is not null);
        var config = new AmazonS3Config
        {
            // an address such as bucket.127.0.0.1 leads nowhere
            ForcePathStyle = endpoint is not null && Variable(ObjectVariables.PathStyle) is not "false",
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Attempts - 1,
            Timeout = options.Patience,
            // hashes are given with each request: stores that know no trailing checksums understand that too
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = RegionVariables.Select(Variable).FirstOrDefault(v => v is not null) ?? AnyRegion;
        }

        return new AmazonS3Client(config);
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
