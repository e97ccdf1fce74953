using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api;

/// <summary>
/// The rules for names, with the messages that a Kubernetes API server gives (apimachinery's util/validation). Each takes a name
/// and whether it is a generateName prefix, and says what is wrong, or null.
/// </summary>
public static partial class NameRules
{
    public static string? DnsSubdomain(string name, bool isPrefix)
    {
        name = MaskTrailingDash(name, isPrefix);
        if (name.Length > 253)
        {
            return "must be no more than 253 characters";
        }

        return SubdomainExpression().IsMatch(name)
            ? null
            : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character "
              + "(e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    }

    public static string? DnsLabel(string name, bool isPrefix)
    {
        name = MaskTrailingDash(name, isPrefix);
        if (name.Length > 63)
        {
            return "must be no more than 63 characters";
        }

        if (LabelExpression().IsMatch(name))
        {
            return null;
        }

        return SubdomainExpression().IsMatch(name)
            ? "must not contain dots"
            : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
              + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    }

    public static string? Dns1035Label(string name, bool isPrefix)
    {
        name = MaskTrailingDash(name, isPrefix);
        if (name.Length > 63)
        {
            return "must be no more than 63 characters";
        }

        return Dns1035Expression().IsMatch(name)
            ? null
            : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character "
              + "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    }

    /// <summary>Whatever may stand between two slashes of a path (roles and their bindings).</summary>
    public static string? PathSegment(string name, bool isPrefix) => name switch
    {
        "." or ".." when !isPrefix => $"may not be '{name}'",
        _ when name.Contains('/', StringComparison.Ordinal) => "may not contain '/'",
        _ when name.Contains('%', StringComparison.Ordinal) => "may not contain '%'",
        _ => null,
    };

    /// <summary>The suffix follows the prefix, so a prefix may end in a dash.</summary>
    private static string MaskTrailingDash(string name, bool isPrefix) =>
        isPrefix && name.EndsWith('-') ? string.Concat(name.AsSpan(0, name.Length - 1), "a") : name;

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainExpression();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelExpression();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Dns1035Expression();
}
