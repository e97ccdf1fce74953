using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>The formats of strings that custom resources are held to; others mean nothing, as in the API reference of CustomResourceDefinition.</summary>
internal static partial class Formats
{
    private static readonly Dictionary<string, Func<string, bool>> Rules = new(StringComparer.Ordinal)
    {
        ["date-time"] = static text => DateTimeExpression().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        ["datetime"] = static text => DateTimeExpression().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _),
        ["date"] = static text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        ["uuid"] = static text => Guid.TryParse(text, out _),
        ["ipv4"] = static text => IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork,
        ["ipv6"] = static text => IPAddress.TryParse(text, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6,
        ["cidr"] = static text => text.Contains('/', StringComparison.Ordinal) && IPNetwork.TryParse(text, out _),
        ["uri"] = static text => Uri.TryCreate(text, UriKind.Absolute, out _),
        ["email"] = static text => System.Net.Mail.MailAddress.TryCreate(text, out _),
        ["hostname"] = static text => text.Length <= 255 && Uri.CheckHostName(text) == UriHostNameType.Dns,
        ["mac"] = static text => MacExpression().IsMatch(text),
        ["byte"] = static text => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        ["duration"] = static text => DurationExpression().IsMatch(text),
    };

    public static bool IsValid(string format, string text) => !Rules.TryGetValue(format, out var rule) || rule(text);

    public static bool IsKnown(string format) => Rules.ContainsKey(format)
        || format is "int32" or "int64" or "float" or "double" or "password" or "bsonobjectid" or "isbn" or "isbn10" or "isbn13" or "creditcard" or "ssn" or "hexcolor" or "rgbcolor"
            or "uuid3" or "uuid4" or "uuid5" or "k8s-short-name" or "k8s-long-name";

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z")]
    private static partial Regex DateTimeExpression();

    [GeneratedRegex(@"\A([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}\z")]
    private static partial Regex MacExpression();

    [GeneratedRegex(@"\A-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h|d|w| ?(second|minute|hour|day|week)s?))+\z")]
    private static partial Regex DurationExpression();
}
