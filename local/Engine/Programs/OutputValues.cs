using Google.Protobuf.WellKnownTypes;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Programs;

/// <summary>
/// Values on the wire that say what they depend on and whether they are secret or unknown, all in one signed object. Transforms are given
/// such values, so that what they move from one property to another takes its dependencies along.
/// </summary>
internal static class OutputValues
{
    private const string ValueKey = "value";
    private const string SecretKey = "secret";
    private const string DependenciesKey = "dependencies";

    /// <summary>The value, carrying the given dependencies besides its own.</summary>
    /// <param name="value">Any value.</param>
    /// <param name="dependencies">URNs.</param>
    public static Value With(Value value, IReadOnlyCollection<string> dependencies)
    {
        var own = new HashSet<string>();
        Collect(value, own);
        if (own.IsSupersetOf(dependencies))
        {
            return value;
        }

        var output = new Struct { Fields = { [Signatures.Key] = Value.ForString(Signatures.OutputValue) } };
        var inner = value;
        if (Is(value, Signatures.OutputValue))
        {
            output = value.StructValue.Clone();
            output.Fields.Remove(DependenciesKey);
            output.Fields.TryGetValue(ValueKey, out inner);
        }
        else if (Is(value, Signatures.Secret))
        {
            output.Fields[SecretKey] = Value.ForBool(true);
            value.StructValue.Fields.TryGetValue(ValueKey, out inner);
        }

        // Without a value, an output value is unknown.
        if (inner is not null && WireFormat.Read(inner) is not UnknownValue)
        {
            output.Fields[ValueKey] = inner;
        }

        output.Fields[DependenciesKey] = Value.ForList([.. own.Union(dependencies).Order(StringComparer.Ordinal).Select(Value.ForString)]);
        return Value.ForStruct(output);
    }

    /// <summary>Adds the URNs that the value, or a value within, depends on.</summary>
    public static void Collect(Value value, ISet<string> dependencies)
    {
        switch (value.KindCase)
        {
            case Value.KindOneofCase.ListValue:
                foreach (var item in value.ListValue.Values)
                {
                    Collect(item, dependencies);
                }

                break;
            case Value.KindOneofCase.StructValue:
                var fields = value.StructValue.Fields;
                if (Is(value, Signatures.OutputValue) && fields.TryGetValue(DependenciesKey, out var urns))
                {
                    dependencies.UnionWith(urns.ListValue?.Values.Select(urn => urn.StringValue) ?? []);
                }

                foreach (var field in fields.Where(field => field.Key != DependenciesKey || !Is(value, Signatures.OutputValue)))
                {
                    Collect(field.Value, dependencies);
                }

                break;
        }
    }

    private static bool Is(Value value, string signature) =>
        value.KindCase == Value.KindOneofCase.StructValue
        && value.StructValue.Fields.TryGetValue(Signatures.Key, out var marked)
        && marked.StringValue == signature;
}
