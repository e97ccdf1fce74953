using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>The conditions of custom resource definitions.</summary>
internal static class DefinitionConditions
{
    public static bool IsTrue(JsonObject resource, string type) => Find(resource, type).Text("status") == "True";

    public static JsonObject? Find(JsonObject resource, string type) => resource.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>Sets a condition in place; its time moves only with its status.</summary>
    public static void Set(JsonObject resource, string type, bool status, string reason, string message, string now)
    {
        var text = status ? "True" : "False";
        if (Find(resource, type) is { } found)
        {
            found["lastTransitionTime"] = found.Text("status") == text ? found["lastTransitionTime"]?.DeepClone() : now;
            (found["status"], found["reason"], found["message"]) = (text, reason, message);
            return;
        }

        var owner = resource.Need("status");
        if (owner["conditions"] is not JsonArray conditions)
        {
            owner["conditions"] = conditions = [];
        }

        conditions.Add((JsonNode)new JsonObject { ["type"] = type, ["status"] = text, ["lastTransitionTime"] = now, ["reason"] = reason, ["message"] = message });
    }
}
