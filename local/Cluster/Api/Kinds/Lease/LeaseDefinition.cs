using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

internal static class LeaseDefinition
{
    private static readonly RuleSet Rules = new()
    {
        {
            "spec", Checks.Struct(new RuleSet
            {
                { "leaseDurationSeconds", Checks.WhenGiven(Checks.Positive) },
                { "leaseTransitions", Checks.WhenGiven(Checks.NotNegative) },
            })
        },
    };

    public static ResourceDefinition Instance { get; } = new()
    {
        Group = "coordination.k8s.io",
        Version = "v1",
        Kind = "Lease",
        Plural = "leases",
        Singular = "lease",
        AllowCreateOnUpdate = true,
        AllowUnconditionalUpdate = false,
        ModelType = typeof(V1Lease),
        Validate = static (_, resource, errors) => Rules.Check(resource, errors),
        Columns = [Columns.Name, Columns.Text("Holder", static resource => resource.Text("spec", "holderIdentity")), Columns.Age],
    };
}
