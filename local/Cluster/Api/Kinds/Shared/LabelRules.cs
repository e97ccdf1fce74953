using System.Text;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for keys and values of labels, which qualified names elsewhere follow too; each gives what is wrong, in apimachinery's words.</summary>
internal static partial class LabelRules
{
    private const string NameForm = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueForm = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static IEnumerable<string> Key(string key)
    {
        var parts = key.Split('/');
        if (parts.Length > 2)
        {
            yield return $"a valid label key {NameForm} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            yield break;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                yield return "prefix part must be non-empty";
            }
            else if (NameRules.DnsSubdomain(parts[0], false) is { } problem)
            {
                yield return "prefix part " + problem;
            }
        }

        var name = parts[^1];
        if (name.Length == 0)
        {
            yield return "name part must be non-empty";
        }
        else if (Encoding.UTF8.GetByteCount(name) > 63)
        {
            yield return "name part must be no more than 63 bytes";
        }

        if (!NameExpression().IsMatch(name))
        {
            yield return "name part " + NameForm;
        }
    }

    public static IEnumerable<string> Value(string value)
    {
        if (Encoding.UTF8.GetByteCount(value) > 63)
        {
            yield return "must be no more than 63 bytes";
        }

        if (value.Length > 0 && !NameExpression().IsMatch(value))
        {
            yield return ValueForm;
        }
    }

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NameExpression();
}
