using System.Text.Json.Nodes;
using k8s.Models;

namespace Scalelab.Cluster.Api.Http;

/// <summary>A Status as upstream writes it: only what is set, and an empty metadata.</summary>
internal static class StatusJson
{
    public static JsonObject Of(V1Status status)
    {
        var value = new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["metadata"] = new JsonObject(), ["status"] = status.Status };
        Add(value, "message", status.Message);
        Add(value, "reason", status.Reason);
        if (status.Details is { } details)
        {
            value["details"] = Details(details);
        }

        if (status.Code is { } code)
        {
            value["code"] = code;
        }

        return value;
    }

    private static JsonObject Details(V1StatusDetails details)
    {
        var value = new JsonObject();
        Add(value, "name", details.Name);
        Add(value, "group", details.Group);
        Add(value, "kind", details.Kind);
        Add(value, "uid", details.Uid);
        if (details.Causes is { Count: > 0 } causes)
        {
            value["causes"] = new JsonArray([.. causes.Select(Cause)]);
        }

        if (details.RetryAfterSeconds is > 0 and var seconds)
        {
            value["retryAfterSeconds"] = seconds;
        }

        return value;
    }

    private static JsonObject Cause(V1StatusCause cause)
    {
        var value = new JsonObject();
        Add(value, "reason", cause.Reason);
        Add(value, "message", cause.Message);
        Add(value, "field", cause.Field);
        return value;
    }

    private static void Add(JsonObject value, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            value[name] = text;
        }
    }
}
