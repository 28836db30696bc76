using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Lockstep.Core.Errors;

namespace Lockstep.Objects.Store;

/// <summary>
/// Says what the errors of the vendor's library mean for whoever named the address, and which of them another attempt may mend.
/// </summary>
internal static class StoreErrors
{
    /// <summary>Codes of a body that has changed on its way to the store.</summary>
    private static readonly string[] Changed = ["BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"];

    /// <summary>Whether there is no such object.</summary>
    public static bool IsMissing(AmazonServiceException error) =>
        error.ErrorCode is not "NoSuchBucket" && error.StatusCode == HttpStatusCode.NotFound;

    /// <summary>Whether a condition of a write does not hold.</summary>
    public static bool IsConditionFailed(AmazonServiceException error) =>
        error.StatusCode == HttpStatusCode.PreconditionFailed || error.ErrorCode is "PreconditionFailed" or "ConditionalRequestConflict";

    /// <summary>Whether what was sent, or an answer that the library must read, arrived as something else.</summary>
    public static bool IsChanged(AmazonServiceException error) =>
        error is AmazonUnmarshallingException || Changed.Contains(error.ErrorCode);

    /// <summary>Whether it comes from the vendor's library or the network, and is to be told in our words.</summary>
    public static bool IsOfTheStore(Exception error) =>
        error is AmazonServiceException or AmazonClientException or HttpRequestException or SocketException or TimeoutException;

    /// <summary>Whether a download may go on after this error.</summary>
    public static bool IsTransient(Exception error) =>
        error is HttpRequestException or IOException or SocketException or OperationCanceledException or TimeoutException
        || (error is AmazonServiceException e && ((int)e.StatusCode >= 500 || e.StatusCode is 0 or HttpStatusCode.TooManyRequests));

    /// <summary>The error to tell: bad input where somebody must do something, otherwise what a later attempt may mend.</summary>
    /// <param name="error">Of the vendor's library, or of the network.</param>
    /// <param name="address">What was asked for.</param>
    /// <param name="endpoint">Where it was asked for.</param>
    public static Exception Explain(Exception error, ObjectAddress address, string endpoint)
    {
        string? code = (error as AmazonServiceException)?.ErrorCode;
        string said = error.Message.TrimEnd('.').ReplaceLineEndings(" ");
        return (code, error) switch
        {
            ("NoSuchBucket", _) => new BadInputException(
                $"'{address}': there is no bucket '{address.Bucket}' at {endpoint}; a bucket that is there is required. Correct its name, "
                    + "or make it."
            ),
            ("ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "TokenRefreshRequired", _) => new BadInputException(
                $"'{address}': the credentials have expired ({code}); valid ones are required. Renew them, or use ones that renew "
                    + "themselves, such as a role of the machine."
            ),
            ("InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "InvalidClientTokenId", _) => new BadInputException(
                $"'{address}': {endpoint} does not know these credentials ({code}); the ones of this store are required. Correct "
                    + "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile."
            ),
            ("RequestTimeTooSkewed", _) => new BadInputException(
                $"'{address}': the clock of this machine differs too much from that of {endpoint}; at most 15 minutes are allowed. Set it."
            ),
            (_, AmazonServiceException { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized }) => new BadInputException(
                $"'{address}': access is denied ({code ?? "Forbidden"}); reading, writing, listing and deleting there is required. Give "
                    + "these credentials the rights that docs/object-storage.md lists."
            ),
            (_, AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect }) =>
                new BadInputException(
                    $"'{address}': the bucket is in another region ({said}); its own is required. Set AWS_REGION to the bucket's."
                ),
            (_, AmazonServiceException { StatusCode: not 0 } answered) => new ObjectStoreException(
                $"'{address}': {endpoint} answers {(int)answered.StatusCode} ({code}: {said}). Try again later, or ask whoever runs it.",
                error
            ),
            (_, AmazonClientException) when !IsOfNetwork(error) => new BadInputException(
                $"'{address}': no request can be made: {said}. Credentials are required (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a "
                    + "profile, or a role of the machine), and a region (AWS_REGION) or an endpoint (AWS_ENDPOINT_URL)."
            ),
            _ => new ObjectStoreException(
                $"'{address}': {endpoint} cannot be reached: {said}. Look at the network, and at AWS_ENDPOINT_URL.",
                error
            ),
        };
    }

    private static bool IsOfNetwork(Exception error) => error.InnerException is { } inner && (IsTransient(inner) || IsOfNetwork(inner));
}
