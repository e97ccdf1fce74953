using System.Text.RegularExpressions;
using Scalelab.Policy.Framework;
using Scalelab.Policy.Kubernetes;

namespace Scalelab.Policy.Rules;

internal sealed partial class NoSecretsInEnvironment() : PodRule(
    "no-secrets-in-environment",
    "No secrets in plain environment values",
    "Secrets reach containers from a Secret (valueFrom.secretKeyRef) or a file, never as plain values: those stand in the cluster's store, in kubectl describe and in every dump of the pod.")
{
    private static readonly string[][] SecretWords =
    [
        ["password"], ["passwd"], ["pwd"], ["passphrase"], ["secret"], ["token"], ["apikey"], ["credential"], ["credentials"],
        ["api", "key"], ["access", "key"], ["private", "key"], ["secret", "key"], ["account", "key"], ["encryption", "key"], ["signing", "key"], ["connection", "string"],
    ];

    // What a name ends with when it says where a secret is, or something about it, instead of being one.
    private static readonly HashSet<string> Harmless =
        ["file", "path", "dir", "name", "url", "uri", "endpoint", "ref", "id", "type", "ttl", "limit", "length", "size", "count", "budget", "expiry", "timeout", "seconds", "enabled", "required"];

    protected override IEnumerable<string> Check(PodTemplate pods, RuleContext context)
    {
        foreach (var variable in pods.All.SelectMany(container => container.Value["env"].Items))
        {
            var value = variable["value"];
            if (value.IsSecret && value.IsPresent)
            {
                yield return Message(variable, "is marked as secret, and would stand in the pod in clear");
            }
            else if (value.Text is { Length: > 0 } && variable["name"].Text is { } name && IsSecretName(name))
            {
                yield return Message(variable, "looks like a secret by its name, and stands in the pod in clear");
            }
        }
    }

    // The value itself is never quoted: it may be what it looks like.
    private static string Message(Property variable, string why) =>
        $"{variable["value"].Path} ({variable["name"].Text ?? "of an unknown name"}) {why}. Put it into a Secret and refer to it with valueFrom.secretKeyRef.";

    private static bool IsSecretName(string name)
    {
        string[] words = [.. Words().Matches(name).Select(match => match.Value.ToLowerInvariant())];
        return words.Length > 0 && !Harmless.Contains(words[^1]) && SecretWords.Any(secret => words.AsSpan().IndexOf(secret) >= 0);
    }

    // DB_PASSWORD, dbPassword and db.password alike.
    [GeneratedRegex("[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}
