using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>The conditions in an object's status, one of each type.</summary>
internal static class StatusConditions
{
    public static JsonObject? Find(JsonObject value, string type) =>
        value.Object("status").Array("conditions")?.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>Puts a condition in the place of the one of its type, or behind the others.</summary>
    public static void Put(JsonObject value, JsonObject condition)
    {
        if (value["status"] is not JsonObject status)
        {
            status = [];
            value["status"] = status;
        }

        if (status["conditions"] is not JsonArray conditions)
        {
            conditions = [];
            status["conditions"] = conditions;
        }

        var index = conditions.ToList().FindIndex(existing => existing.Text("type") == condition.Text("type"));
        if (index < 0)
        {
            conditions.Add((JsonNode)condition);
        }
        else
        {
            conditions[index] = condition;
        }
    }
}
