using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Scalelab.Infra.Settings;

/// <summary>The rules that configured values obey, each with the words that an error shows.</summary>
internal static partial class Rules
{
    public static Rule<bool> Boolean { get; } = new("true or false", (string text, out bool value) =>
    {
        value = text == "true";
        return text is "true" or "false";
    });

    /// <summary>Host name or IP address, without a scheme and without a port.</summary>
    public static Rule<string> Host { get; } = Text(
        "a host name or an IP address, such as node-0 or 203.0.113.7, without http:// and without a port",
        text => Uri.CheckHostName(text) != UriHostNameType.Unknown);

    /// <summary>Where images are pushed to: host, optional port, optional path.</summary>
    public static Rule<string> Registry { get; } = Text(
        "a registry as image names spell it, such as node-0:5000 or ghcr.io/my-course, without http://",
        RegistryPattern().IsMatch);

    public static Rule<string> ImageName { get; } = Text(
        "an image's name, such as mcr.microsoft.com/dotnet/aspnet:10.0, without http://",
        ImagePattern().IsMatch);

    /// <summary>The path of a URL.</summary>
    public static Rule<string> UrlPath { get; } = Text(
        "a path that begins with /, such as /hello",
        text => text.StartsWith('/') && Uri.IsWellFormedUriString(text, UriKind.Relative));

    public static Rule<Quantity> Quantity { get; } = new(
        "a Kubernetes quantity above zero, such as 200m, 1 or 512Mi",
        (string text, out Quantity value) => Settings.Quantity.TryParse(text, out value) && value.Amount > 0);

    public static Rule<int> WholeNumber(int minimum, int maximum, string? why = null) => new(
        string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}{(why is null ? "" : $", {why}")}"),
        (string text, out int value) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum);

    /// <summary>One of an enumeration's names, in the spelling that <paramref name="spelling"/> gives it.</summary>
    public static Rule<T> OneOf<T>(Func<T, string> spelling)
        where T : struct, Enum
    {
        var choices = Enum.GetValues<T>().ToDictionary(spelling);
        return new($"one of {string.Join(", ", choices.Keys)}", (string text, out T value) => choices.TryGetValue(text, out value));
    }

    /// <summary>A file that exists; relative paths start at the project's root, ~ is the home folder.</summary>
    public static Rule<string> ExistingFile(string root) => ExistingPath("an existing file", root, File.Exists);

    /// <summary>A folder that holds the named files; relative paths start at the project's root, ~ is the home folder.</summary>
    public static Rule<string> FolderWith(string root, params string[] files) => ExistingPath(
        $"a folder with {string.Join(" and ", files)} in it", root, folder => files.All(file => File.Exists(Path.Combine(folder, file))));

    private static Rule<string> ExistingPath(string what, string root, Func<string, bool> isThere) => new(
        $"{what} (relative paths start at {root})",
        (string text, [MaybeNullWhen(false)] out string value) =>
        {
            value = text == "~" || text.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), text[1..])
                : Path.GetFullPath(text, root);
            return text.Length > 0 && isThere(value);
        });

    private static Rule<string> Text(string requirement, Func<string, bool> isValid) => new(requirement, (string text, [MaybeNullWhen(false)] out string value) =>
    {
        value = text;
        return isValid(text);
    });

    // Names and references follow the grammar of the OCI distribution specification.
    [GeneratedRegex(@"^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$")]
    private static partial Regex ImagePattern();
}
