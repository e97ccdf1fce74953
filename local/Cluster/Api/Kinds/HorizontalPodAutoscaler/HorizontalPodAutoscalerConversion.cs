using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>
/// Between autoscaling/v1 and v2. What v1 has no fields for travels in annotations, as JSON in the forms that upstream writes there:
/// metrics and their status in the names of the old beta, the behavior in the names of upstream's internal structs.
/// </summary>
internal static class HorizontalPodAutoscalerConversion
{
    public const string MetricsAnnotation = "autoscaling.alpha.kubernetes.io/metrics";
    private const string CurrentMetricsAnnotation = "autoscaling.alpha.kubernetes.io/current-metrics";
    private const string ConditionsAnnotation = "autoscaling.alpha.kubernetes.io/conditions";
    private const string BehaviorAnnotation = "autoscaling.alpha.kubernetes.io/behavior";

    private static readonly string[] Annotations = [MetricsAnnotation, CurrentMetricsAnnotation, ConditionsAnnotation, BehaviorAnnotation];

    // HTML-safe escaping would change what clients read.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For each type of metric the fields of the old form, in its order, and where v2 has them.</summary>
    private static readonly (string Source, (string Old, string[] New)[] Target, (string Old, string[] New)[] Current)[] Metrics =
    [
        ("resource",
            [("name", ["name"]), ("targetAverageUtilization", ["target", "averageUtilization"]), ("targetAverageValue", ["target", "averageValue"])],
            [("name", ["name"]), ("currentAverageUtilization", ["current", "averageUtilization"]), ("currentAverageValue", ["current", "averageValue"])]),
        ("containerResource",
            [("name", ["name"]), ("targetAverageUtilization", ["target", "averageUtilization"]), ("targetAverageValue", ["target", "averageValue"]), ("container", ["container"])],
            [("name", ["name"]), ("currentAverageUtilization", ["current", "averageUtilization"]), ("currentAverageValue", ["current", "averageValue"]), ("container", ["container"])]),
        ("pods",
            [("metricName", ["metric", "name"]), ("targetAverageValue", ["target", "averageValue"]), ("selector", ["metric", "selector"])],
            [("metricName", ["metric", "name"]), ("currentAverageValue", ["current", "averageValue"]), ("selector", ["metric", "selector"])]),
        ("object",
            [("target", ["describedObject"]), ("metricName", ["metric", "name"]), ("targetValue", ["target", "value"]), ("selector", ["metric", "selector"]), ("averageValue", ["target", "averageValue"])],
            [("target", ["describedObject"]), ("metricName", ["metric", "name"]), ("currentValue", ["current", "value"]), ("selector", ["metric", "selector"]), ("averageValue", ["current", "averageValue"])]),
        ("external",
            [("metricName", ["metric", "name"]), ("metricSelector", ["metric", "selector"]), ("targetValue", ["target", "value"]), ("targetAverageValue", ["target", "averageValue"])],
            [("metricName", ["metric", "name"]), ("metricSelector", ["metric", "selector"]), ("currentValue", ["current", "value"]), ("currentAverageValue", ["current", "averageValue"])]),
    ];

    private static readonly string[] RuleFields = ["stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance"];

    public static JsonObject ToV1(JsonObject resource)
    {
        var result = resource.DeepClone().AsObject();
        result["apiVersion"] = "autoscaling/v1";
        var (spec, status) = (result.Need("spec"), result.Need("status"));

        spec.Remove("metrics");
        var metrics = resource.Items("spec", "metrics").ToList();
        if (metrics.Find(IsCpuUtilization) is { } cpu)
        {
            metrics.Remove(cpu);
            spec["targetCPUUtilizationPercentage"] = cpu.Number("resource", "target", "averageUtilization");
        }

        Annotate(result, MetricsAnnotation, metrics.Select(metric => (JsonNode)OldMetric(metric, isStatus: false)));

        if (spec.Remove("behavior", out var behavior))
        {
            result.Need("metadata").Need("annotations")[BehaviorAnnotation] = Capitalized(behavior.Struct()!).ToJsonString(Plain);
        }

        status.Remove("currentMetrics");
        status.Default("currentReplicas", 0);
        var current = resource.Items("status", "currentMetrics").ToList();
        if (current.Find(metric => metric.Text("resource", "name") == "cpu" && metric.At("resource", "current", "averageUtilization") is not null) is { } used)
        {
            status["currentCPUUtilizationPercentage"] = used.Number("resource", "current", "averageUtilization");
        }

        Annotate(result, CurrentMetricsAnnotation, current.Select(metric => (JsonNode)OldMetric(metric, isStatus: true)));

        status.Remove("conditions", out _);
        Annotate(result, ConditionsAnnotation, resource.Items("status", "conditions").Select(OldCondition));
        return result;
    }

    public static JsonObject ToV2(JsonObject resource)
    {
        var result = resource.DeepClone().AsObject();
        result["apiVersion"] = "autoscaling/v2";
        var (spec, status) = (result.Need("spec"), result.Need("status"));

        var metrics = Annotated(resource, MetricsAnnotation).OfType<JsonObject>().Select(metric => NewMetric(metric, isStatus: false)).ToList();
        if (spec.Remove("targetCPUUtilizationPercentage", out var cpu))
        {
            metrics.Add(HorizontalPodAutoscalerDefaults.CpuMetric(cpu.Number()));
        }

        if (metrics.Count > 0)
        {
            spec["metrics"] = new JsonArray([.. metrics]);
        }

        if (Parsed(resource, BehaviorAnnotation) is JsonObject behavior)
        {
            spec["behavior"] = Uncapitalized(behavior);
        }

        var current = Annotated(resource, CurrentMetricsAnnotation).OfType<JsonObject>().Select(metric => (JsonNode)NewMetric(metric, isStatus: true)).ToArray();
        status["currentMetrics"] = current.Length > 0 ? new JsonArray(current) : null;
        status.Remove("currentCPUUtilizationPercentage");
        status.Default("desiredReplicas", 0);
        if (status.Number("currentReplicas") == 0)
        {
            status.Remove("currentReplicas");
        }

        if (Annotated(resource, ConditionsAnnotation) is { Count: > 0 } conditions)
        {
            status["conditions"] = conditions.DeepClone();
        }

        if (result.Struct("metadata", "annotations") is { } annotations)
        {
            foreach (var name in Annotations)
            {
                annotations.Remove(name);
            }

            if (annotations.Count == 0)
            {
                result.Need("metadata").Remove("annotations");
            }
        }

        return result;
    }

    private static bool IsCpuUtilization(JsonObject metric) =>
        metric.Text("resource", "name") == "cpu" && metric.At("resource", "target", "averageUtilization") is not null;

    private static JsonObject OldMetric(JsonObject metric, bool isStatus)
    {
        var result = new JsonObject { ["type"] = metric.Text("type") };
        foreach (var (source, target, current) in Metrics)
        {
            if (metric.Struct(source) is not { } values)
            {
                continue;
            }

            var old = new JsonObject();
            foreach (var (name, path) in isStatus ? current : target)
            {
                if (values.At(path) is { } value)
                {
                    old.Add(name, name == "target" ? Reference(value) : value.DeepClone());
                }
            }

            result.Add(source, old);
        }

        return result;
    }

    private static JsonObject NewMetric(JsonObject metric, bool isStatus)
    {
        var result = new JsonObject { ["type"] = metric.Text("type") };
        foreach (var (source, target, current) in Metrics)
        {
            if (metric.Struct(source) is not { } old)
            {
                continue;
            }

            var values = new JsonObject();
            foreach (var (name, path) in isStatus ? current : target)
            {
                if (old[name] is { } value)
                {
                    var owner = path[..^1].Aggregate(values, (owner, step) => owner.Need(step));
                    owner[path[^1]] = value.DeepClone();
                }
            }

            if (!isStatus && values.Struct("target") is { } goal)
            {
                goal["type"] = goal["averageUtilization"] is not null ? "Utilization" : goal["averageValue"] is not null ? "AverageValue" : "Value";
            }

            result.Add(source, values);
        }

        return result;
    }

    private static JsonObject Reference(JsonNode value) =>
        new(((string[])["kind", "name", "apiVersion"]).Where(field => value.At(field) is not null).Select(field => KeyValuePair.Create(field, value.At(field)?.DeepClone())));

    private static JsonNode OldCondition(JsonObject condition) =>
        new JsonObject(((string[])["type", "status", "lastTransitionTime", "reason", "message"])
            .Where(field => field == "lastTransitionTime" || condition[field] is not null)
            .Select(field => KeyValuePair.Create(field, condition[field]?.DeepClone())));

    private static JsonObject Capitalized(JsonObject behavior)
    {
        var result = new JsonObject();
        foreach (var (name, direction) in (ReadOnlySpan<(string, string)>)[("ScaleUp", "scaleUp"), ("ScaleDown", "scaleDown")])
        {
            result.Add(name, behavior.Struct(direction) is { } rules
                ? new JsonObject(RuleFields.Select(field => KeyValuePair.Create(Upper(field), field == "policies" ? Policies(rules) : rules[field]?.DeepClone())))
                : null);
        }

        return result;
    }

    private static JsonArray? Policies(JsonObject rules) => rules["policies"] is JsonArray policies
        ? new JsonArray([.. policies.OfType<JsonObject>().Select(policy => (JsonNode)new JsonObject
        {
            ["Type"] = policy.Text("type"),
            ["Value"] = policy.Number("value"),
            ["PeriodSeconds"] = policy.Number("periodSeconds"),
        })])
        : null;

    private static JsonNode? Uncapitalized(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Where(member => member.Value is not null).Select(member => KeyValuePair.Create(Lower(member.Key), Uncapitalized(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Uncapitalized)]),
        _ => node?.DeepClone(),
    };

    private static string Upper(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static string Lower(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name[1..];

    private static void Annotate(JsonObject resource, string annotation, IEnumerable<JsonNode> items)
    {
        var list = new JsonArray([.. items]);
        if (list.Count > 0)
        {
            resource.Need("metadata").Need("annotations")[annotation] = list.ToJsonString(Plain);
        }
    }

    private static JsonArray Annotated(JsonObject resource, string annotation) => Parsed(resource, annotation) as JsonArray ?? [];

    /// <summary>An annotation's JSON; null where it is absent or no JSON, because anybody may write annotations.</summary>
    private static JsonNode? Parsed(JsonObject resource, string annotation)
    {
        try
        {
            return resource.Text("metadata", "annotations", annotation) is { Length: > 0 } text ? JsonNode.Parse(text) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
