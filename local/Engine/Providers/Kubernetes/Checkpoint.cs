using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>
/// The outputs of an object: the object as the cluster has it and, under names of the official provider's, what that provider needs to go
/// on from our state and we from its: the inputs, the version that the program asked for, and the name that fields are owned under.
/// </summary>
internal static class Checkpoint
{
    private const string InputsKey = "__inputs";
    private const string VersionKey = "__initialApiVersion";
    private const string ManagerKey = "__fieldManager";

    private static readonly string[] GivenOnCreation = ["creationTimestamp", "resourceVersion", "uid"];

    public static PropertyMap Of(JsonObject live, PropertyMap inputs, string manager)
    {
        var outputs = Live(live);
        return outputs
            .With(InputsKey, outputs.FindText("kind") == "Secret" ? Declared.Normalize(inputs) : inputs)
            .With(VersionKey, inputs.FindText("apiVersion") ?? outputs.FindText("apiVersion") ?? "")
            .With(ManagerKey, manager);
    }

    /// <summary>What a dry run foretells: without the status, which it does not know, and for an object that does not exist yet without what the
    /// cluster will only then give it.</summary>
    public static PropertyMap Foretold(JsonObject dryRun, PropertyMap inputs, string manager, bool isNew)
    {
        var outputs = Of(dryRun, inputs, manager).Without("status");
        if (isNew && outputs.Find("metadata") is PropertyMap metadata)
        {
            outputs = outputs.With("metadata", GivenOnCreation.Aggregate(metadata, (map, key) => map.Without(key)));
        }

        return outputs;
    }

    public static string? FieldManager(PropertyMap outputs) => outputs.FindText(ManagerKey);

    private static PropertyMap Live(JsonObject live)
    {
        (live["metadata"] as JsonObject)?.Remove("managedFields");
        var outputs = PlainJson.FromJson(live);
        if (!Declared.IsSecret(outputs))
        {
            return outputs;
        }

        // The program may not have said that it is secret, and the API returns it in another shape than it was given.
        foreach (var key in new[] { "data", "stringData" })
        {
            outputs = outputs.TryGetValue(key, out var data) ? outputs.With(key, PropertyValue.Secret(data)) : outputs;
        }

        return outputs;
    }
}
