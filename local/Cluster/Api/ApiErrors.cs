using System.Globalization;
using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>The failures that Kubernetes defines, with the reasons, codes, details and words of apimachinery's api/errors.</summary>
public static class ApiErrors
{
    public const string ModifiedMessage = "the object has been modified; please apply your changes to the latest version and try again";

    public static ApiException NotFound(ResourceDefinition definition, string name) => NotFound(definition.StoredGroup, definition.Plural, name);

    public static ApiException NotFound(string group, string plural, string name) => Of(
        404, "NotFound", $"{Qualified(plural, group)} \"{name}\" not found", DetailsOf(group, plural, name));

    public static ApiException AlreadyExists(ResourceDefinition definition, string name) => Of(
        409, "AlreadyExists", $"{definition.QualifiedPlural} \"{name}\" already exists", DetailsOf(definition.StoredGroup, definition.Plural, name));

    /// <summary>All suffixes tried for a generateName were taken.</summary>
    public static ApiException GenerateNameConflict(ResourceDefinition definition, string name) => Of(
        409,
        "AlreadyExists",
        $"{definition.QualifiedPlural} \"{name}\" already exists, the server was not able to generate a unique name for the object",
        DetailsOf(definition.StoredGroup, definition.Plural, name));

    public static ApiException Conflict(ResourceDefinition definition, string name, string problem = ModifiedMessage) => Of(
        409, "Conflict", $"Operation cannot be fulfilled on {definition.QualifiedPlural} \"{name}\": {problem}", DetailsOf(definition.StoredGroup, definition.Plural, name));

    public static ApiException Invalid(ResourceDefinition definition, string name, FieldErrors errors) => Invalid(definition.StoredGroup, definition.Kind, name, errors);

    public static ApiException Invalid(string group, string kind, string name, FieldErrors errors)
    {
        var details = DetailsOf(group, kind, name);
        details.Causes = [.. errors.Causes];
        return Of(422, "Invalid", $"{Qualified(kind, group)} \"{name}\" is invalid: {errors.Summary()}", details);
    }

    public static ApiException BadRequest(string message) => Of(400, "BadRequest", message);

    public static ApiException Unauthorized() => Of(401, "Unauthorized", "Unauthorized");

    public static ApiException Forbidden(ResourceDefinition definition, string name, string problem) => Forbidden(definition.StoredGroup, definition.Plural, name, problem);

    public static ApiException Forbidden(string group, string plural, string name, string problem)
    {
        var subject = name.Length == 0 ? Qualified(plural, group) : $"{Qualified(plural, group)} \"{name}\"";
        return Of(403, "Forbidden", $"{subject} is forbidden: {problem}", DetailsOf(group, plural, name));
    }

    public static ApiException ForbiddenPath(string problem) => Of(403, "Forbidden", $"forbidden: {problem}", new V1StatusDetails());

    public static ApiException MethodNotAllowed() =>
        Of(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", new V1StatusDetails());

    /// <summary>A verb that the kind does not have.</summary>
    public static ApiException MethodNotSupported(ResourceDefinition definition, string verb) => Of(
        405, "MethodNotAllowed", $"{verb} is not supported on resources of kind \"{definition.QualifiedPlural}\"", DetailsOf(definition.StoredGroup, definition.Plural, ""));

    /// <summary>What a client's discovery finds for a kind that is not served, in the words of client-go.</summary>
    public static ApiException NoKindMatch(string group, string kind) => Of(404, "NotFound", $"no matches for kind \"{kind}\" in group \"{group}\"", new V1StatusDetails());

    public static ApiException NoSuchResource() => Of(404, "NotFound", "the server could not find the requested resource", new V1StatusDetails());

    /// <param name="withProtobuf">False for custom resources, which have no protobuf form.</param>
    public static ApiException UnsupportedMediaType(bool withProtobuf = true) =>
        UnsupportedMediaType(["application/json", "application/yaml", .. withProtobuf ? ["application/vnd.kubernetes.protobuf"] : Array.Empty<string>()]);

    public static ApiException UnsupportedMediaType(IEnumerable<string> accepted) => Of(
        415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)}");

    /// <summary>The router's refusal of a content type, before any kind is known.</summary>
    public static ApiException UnroutableMediaType() => Of(415, "UnsupportedMediaType", "415: Unsupported Media Type", new V1StatusDetails());

    public static ApiException UnroutableAccept(string available) => Of(
        406, "NotAcceptable", $"406: Not Acceptable\n\nAvailable representations: {available}", new V1StatusDetails());

    public static ApiException NotAcceptable(string accepted) => Of(406, "NotAcceptable", $"only the following media types are accepted: {accepted}");

    public static ApiException RequestEntityTooLarge(string message) => Of(413, "RequestEntityTooLarge", message);

    public static ApiException Expired(string message) => Of(410, "Expired", message);

    public static ApiException TooManyRequests(string message, int retryAfterSeconds, V1StatusCause? cause = null) => Of(
        429, "TooManyRequests", message, new V1StatusDetails { RetryAfterSeconds = retryAfterSeconds == 0 ? null : retryAfterSeconds, Causes = cause is null ? null : [cause] });

    /// <summary>A resourceVersion that is ahead of the store.</summary>
    public static ApiException TooLargeResourceVersion(long requested, long current) => Of(
        504,
        "Timeout",
        string.Create(CultureInfo.InvariantCulture, $"Timeout: Too large resource version: {requested}, current: {current}"),
        new V1StatusDetails
        {
            RetryAfterSeconds = 1,
            Causes = [new V1StatusCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }],
        });

    /// <summary>500 with a reason, as upstream wraps a failure of its own.</summary>
    public static ApiException Internal(string message) => Of(
        500, "InternalError", $"Internal error occurred: {message}", new V1StatusDetails { Causes = [new V1StatusCause { Message = message }] });

    /// <summary>500 without a reason: what upstream answers where it returns a plain error.</summary>
    public static ApiException Plain(string message) => Of(500, null, message);

    public static ApiException Of(int code, string? reason, string message, V1StatusDetails? details = null) => new(new V1Status
    {
        Status = "Failure",
        Message = message,
        Reason = reason,
        Details = details,
        Code = code,
    });

    private static string Qualified(string name, string group) => group.Length == 0 ? name : $"{name}.{group}";

    private static V1StatusDetails DetailsOf(string group, string kind, string name) => new()
    {
        Name = name.Length == 0 ? null : name,
        Group = group.Length == 0 ? null : group,
        Kind = kind,
    };
}
