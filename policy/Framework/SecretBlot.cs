namespace Scalelab.Policy.Framework;

/// <summary>The last thing that happens to a message: no secret of the resource that it is about leaves the pack, whatever a rule quoted.</summary>
internal static class SecretBlot
{
    private const string Blot = "[secret]";

    // A shorter secret occurs in innocent words; blotting those out would garble messages and thereby tell it.
    private const int ShortestSecret = 4;

    public static string Apply(string message, Property properties) => Secrets(properties)
        .OrderByDescending(secret => secret.Length)
        .Aggregate(message, (text, secret) => text.Replace(secret, Blot, StringComparison.Ordinal));

    private static IEnumerable<string> Secrets(Property property)
    {
        if (property is { IsSecret: true, Text: { Length: >= ShortestSecret } text })
        {
            yield return text;
        }

        foreach (var secret in property.Items.Concat(property.Entries.Select(entry => entry.Value)).SelectMany(Secrets))
        {
            yield return secret;
        }
    }
}
