namespace Scalelab.ModelServer.Models.Registry;

/// <summary>What a model may be called: a name that is one part of a path, in an address as on a disk.</summary>
internal static class ModelName
{
    private const int MaxLength = 128;

    /// <summary>Whether it may be called so.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '.' && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    /// <summary>The nearest valid name: blanks and whatever else is not allowed become hyphens.</summary>
    public static string From(string text)
    {
        var name = new string([.. text.Trim().Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-')]).Trim('.', '-');
        return name.Length == 0 ? "model" : name[..Math.Min(name.Length, MaxLength)];
    }
}
