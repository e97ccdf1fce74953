using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Secrets;

/// <summary>Blots out, in messages, every secret that this update has come across. Thread-safe.</summary>
internal sealed class SecretMask
{
    private const string Blot = "[secret]";

    // A shorter secret occurs in innocent words; blotting those out would garble messages and thereby tell the secret.
    private const int ShortestSecret = 4;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _secrets = [];
    private string[] _longestFirst = [];

    public void Add(PropertyValue value)
    {
        if (value.ContainsSecrets)
        {
            Collect(value, secret: false);
        }
    }

    public void Add(string secret)
    {
        lock (_lock)
        {
            var added = false;
            foreach (var form in Forms(secret))
            {
                added |= form.Length >= ShortestSecret && _secrets.Add(form);
            }

            if (added)
            {
                _longestFirst = [.. _secrets.OrderByDescending(text => text.Length)];
            }
        }
    }

    public string Apply(string message)
    {
        string[] secrets;
        lock (_lock)
        {
            secrets = _longestFirst;
        }

        return secrets.Aggregate(message, (text, secret) => text.Replace(secret, Blot, StringComparison.Ordinal));
    }

    // Multi-line secrets reach messages line by line, Kubernetes repeats Secrets in base64, and servers quote objects as JSON, in which some
    // escape more than others.
    private static IEnumerable<string> Forms(string secret) =>
    [
        .. secret.Split('\n', StringSplitOptions.TrimEntries),
        secret.Trim(),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)),
        JsonEncodedText.Encode(secret).Value,
        JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value,
    ];

    private void Collect(PropertyValue value, bool secret)
    {
        switch (value)
        {
            case SecretValue { Value: var inner }:
                Collect(inner, secret: true);
                break;
            case PropertyMap map:
                foreach (var entry in map.Values)
                {
                    Collect(entry, secret);
                }

                break;
            case ListValue { Items: var items }:
                foreach (var item in items)
                {
                    Collect(item, secret);
                }

                break;
            case StringValue { Value: var text } when secret:
                Add(text);
                break;
        }
    }
}
