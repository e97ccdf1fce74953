using System.Text.Json.Nodes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Kubernetes;

/// <summary>The inputs that would lead to an object as it is now.</summary>
internal static class LiveInputs
{
    private static readonly string[] LastApplied = ["kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision"];

    // Maps of quantities, and single ones.
    private static readonly HashSet<string> Quantities = ["limits", "requests", "capacity", "hard", "overhead"];
    private static readonly HashSet<string> Quantity = ["averageValue", "sizeLimit", "divisor", "value"];

    /// <summary>The object's own fields, restricted to those that the inputs name; a value that means the same as the input stays as it was written.</summary>
    public static PropertyMap Restrict(JsonObject live, PropertyMap inputs) => Restrict(PlainJson.FromJson(live), inputs);

    /// <summary>For an object that nothing was declared of: everything that a program could have declared.</summary>
    public static PropertyMap Of(JsonObject live)
    {
        var inputs = Declared.Normalize(PlainJson.FromJson(live).Without("status"));
        if (inputs.Find("metadata") is not PropertyMap metadata)
        {
            return inputs;
        }

        if (metadata.Find("annotations") is PropertyMap annotations)
        {
            annotations = LastApplied.Aggregate(annotations, (map, key) => map.Without(key));
            metadata = annotations.Count > 0 ? metadata.With("annotations", annotations) : metadata.Without("annotations");
        }

        return inputs.With("metadata", metadata.Without("selfLink"));
    }

    private static PropertyMap Restrict(PropertyMap live, PropertyMap inputs, bool areQuantities = false) => new(inputs
        .Where(input => live.ContainsKey(input.Key))
        .Select(input => KeyValuePair.Create(
            input.Key,
            Restrict(live[input.Key], input.Value, areQuantities || Quantity.Contains(input.Key), Quantities.Contains(input.Key)))));

    private static PropertyValue Restrict(PropertyValue live, PropertyValue input, bool isQuantity, bool areQuantities) => (live, input) switch
    {
        (PropertyMap from, PropertyMap to) => Restrict(from, to, areQuantities),
        // As the official provider has it: item by item, as far as both lists go, and what others appended is not the program's.
        (ListValue { Items: var from }, ListValue { Items: var to }) => new ListValue(
            [.. from.Zip(to, (item, shape) => Restrict(item, shape, isQuantity: false, areQuantities: false))]),
        _ when isQuantity && KubeQuantity.AreEqual(live, input) => input,
        _ => live,
    };
}
