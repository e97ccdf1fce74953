using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.CustomResources.Cel;
using Scalelab.Cluster.Api.Kinds;

namespace Scalelab.Cluster.Api.CustomResources;

/// <summary>One of a schema's <c>x-kubernetes-validations</c>.</summary>
internal sealed class CustomRule
{
    private readonly Lazy<(CelExpression? Expression, string? Problem)> _read;

    public CustomRule(JsonObject source)
    {
        Rule = source.Text("rule");
        Message = source.Text("message");
        FieldPath = source.Text("fieldPath");
        Reason = source.Text("reason") is { Length: > 0 } reason ? reason : "FieldValueInvalid";
        _read = new(Read);
    }

    public string Rule { get; }

    /// <summary>What to say when the rule does not hold; empty for its own text.</summary>
    public string Message { get; }

    /// <summary>A path below the value that the error is about, e.g. <c>.spec.replicas</c>; empty for the value itself.</summary>
    public string FieldPath { get; }

    public string Reason { get; }

    /// <summary>Null where the cluster does not understand the rule.</summary>
    public CelExpression? Expression => _read.Value.Expression;

    /// <summary>What is not understood; null for nothing.</summary>
    public string? Problem => _read.Value.Problem;

    private (CelExpression? Expression, string? Problem) Read()
    {
        try
        {
            return (CelExpression.Parse(Rule), null);
        }
        catch (CelException error)
        {
            return (null, error.Message);
        }
    }
}
