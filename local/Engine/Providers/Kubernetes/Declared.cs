using System.Text;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>What a program declares of an object: reads it from inputs, and brings inputs into the one form that is compared and recorded.</summary>
internal static class Declared
{
    /// <summary>From the inputs; else from the type token, whose core group is written <c>core/v1</c> and whose patches end in Patch.</summary>
    public static (string ApiVersion, string Kind) KindOf(Urn urn, PropertyMap inputs)
    {
        var parts = urn.Type.Split(':');
        var version = parts.Length == 3 ? parts[1] : "";
        return (
            inputs.FindText("apiVersion") ?? (version.StartsWith("core/", StringComparison.Ordinal) ? version["core/".Length..] : version),
            inputs.FindText("kind") ?? parts[^1]);
    }

    /// <summary>Whether the resource sets some fields of an object that others made.</summary>
    public static bool IsPatch(Urn urn, string kind) => urn.Type.EndsWith($":{kind}Patch", StringComparison.Ordinal);

    public static string? Metadata(PropertyMap inputs, string key) => (inputs.Find("metadata") as PropertyMap)?.FindText(key);

    public static string? Annotation(PropertyMap inputs, string key) => ((inputs.Find("metadata") as PropertyMap)?.Find("annotations") as PropertyMap)?.FindText(key);

    public static bool IsAutonamed(PropertyMap inputs) => Annotation(inputs, Annotations.Autonamed) == Annotations.True;

    public static bool IsSecret(PropertyMap inputs) => inputs.FindText("kind") == "Secret" && inputs.FindText("apiVersion") == "v1";

    /// <summary>
    /// Without what the server does not take from programs, and with texts of Secrets where the server keeps them: in <c>data</c>, as
    /// base64, secret whether the program says so or not.
    /// </summary>
    public static PropertyMap Normalize(PropertyMap inputs)
    {
        if (inputs.Find("metadata") is PropertyMap metadata)
        {
            inputs = Replace(inputs, "metadata", ReadOnlyMetadata.Where(metadata.ContainsKey).Aggregate(metadata, (map, key) => map.Without(key)));
        }

        if (IsSecret(inputs))
        {
            return NormalizeSecret(inputs);
        }

        if (inputs.FindText("kind") == "CustomResourceDefinition")
        {
            inputs = inputs.Without("status");
            if (inputs.Find("spec") is PropertyMap spec && spec.Find("preserveUnknownFields") is BoolValue { Value: false })
            {
                inputs = Replace(inputs, "spec", spec.Without("preserveUnknownFields"));
            }
        }

        return inputs;
    }

    private static readonly string[] ReadOnlyMetadata =
        ["creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation", "managedFields", "resourceVersion", "uid"];

    private static PropertyMap NormalizeSecret(PropertyMap inputs)
    {
        if (inputs.Find("stringData") is PropertyMap texts && !texts.ContainsUnknowns)
        {
            var data = texts.Aggregate(
                inputs.Find("data") as PropertyMap ?? PropertyMap.Empty,
                (map, text) => text.Value.Revealed is StringValue { Value: var clear } ? map.With(text.Key, Convert.ToBase64String(Encoding.UTF8.GetBytes(clear))) : map);
            inputs = inputs.Without("stringData");
            inputs = data.Count > 0 ? inputs.With("data", data) : inputs;
        }

        foreach (var key in new[] { "data", "stringData" })
        {
            inputs = inputs.TryGetValue(key, out var value) ? inputs.With(key, PropertyValue.Secret(value)) : inputs;
        }

        return inputs;
    }

    private static PropertyMap Replace(PropertyMap map, string key, PropertyMap value) =>
        map.With(key, map[key] is SecretValue ? PropertyValue.Secret(value) : value);
}
