using k8s.Models;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>What would have requests looked at by others before they are stored. None of it is acted upon here.</summary>
internal static class AdmissionKinds
{
    private const string Group = "admissionregistration.k8s.io";

    public static IEnumerable<ResourceDefinition> All =>
    [
        Kind(typeof(V1MutatingAdmissionPolicy), "mutatingadmissionpolicies", Columns.Integer("Mutations", static resource => resource.Items("spec", "mutations").Count()), ParamKind),
        Kind(typeof(V1MutatingAdmissionPolicyBinding), "mutatingadmissionpolicybindings", PolicyName, ParamRef),
        Kind(typeof(V1MutatingWebhookConfiguration), "mutatingwebhookconfigurations", Webhooks),
        Kind(typeof(V1ValidatingAdmissionPolicy), "validatingadmissionpolicies", Columns.Integer("Validations", static resource => resource.Items("spec", "validations").Count()), ParamKind) with { HasStatus = true },
        Kind(typeof(V1ValidatingAdmissionPolicyBinding), "validatingadmissionpolicybindings", PolicyName, ParamRef),
        Kind(typeof(V1ValidatingWebhookConfiguration), "validatingwebhookconfigurations", Webhooks),
    ];

    private static TableColumn Webhooks { get; } = Columns.Integer("Webhooks", static resource => resource.Items("webhooks").Count());

    private static TableColumn PolicyName { get; } = Columns.Text("PolicyName", static resource => resource.Text("spec", "policyName"));

    private static TableColumn ParamKind { get; } = Columns.Text("ParamKind", static resource => resource.Struct("spec", "paramKind") is { } kind ? $"{kind.Text("apiVersion")}/{kind.Text("kind")}" : "<unset>");

    private static TableColumn ParamRef { get; } = Columns.Text("ParamRef", static resource => resource.Struct("spec", "paramRef") switch
    {
        null => "<unset>",
        var reference when reference.Text("namespace").Length > 0 => $"{reference.Text("namespace")}/{reference.Text("name")}",
        var reference => reference.Text("name"),
    });

    private static ResourceDefinition Kind(Type model, string plural, params TableColumn[] columns) =>
        StoredKinds.Of(Group, model, plural, [.. columns, Columns.Age]) with { Categories = ["api-extensions"], TracksGeneration = true };
}
