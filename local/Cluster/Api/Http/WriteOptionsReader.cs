using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Rest;

namespace Scalelab.Cluster.Api.Http;

/// <summary>The query of a write (meta/v1 CreateOptions, UpdateOptions, PatchOptions, DeleteOptions), checked as upstream checks it.</summary>
internal static class WriteOptionsReader
{
    private static readonly string[] Policies = ["Foreground", "Background", "Orphan", "nil"];

    /// <param name="kind">The options kind that the messages name, e.g. <c>CreateOptions</c>.</param>
    public static WriteRequest Read(ResourceRequest request, string kind)
    {
        var query = request.Http.Request.Query;
        var errors = new FieldErrors();
        var dryRun = DryRun([.. query["dryRun"].OfType<string>()], errors);
        var manager = query["fieldManager"].ToString();
        if (manager.Length > 128)
        {
            errors.TooLong("fieldManager", 128);
        }

        if (manager.EnumerateRunes().Select((rune, index) => (rune, index)).Where(item => System.Text.Rune.IsControl(item.rune)).Select(item => ((System.Text.Rune, int)?)item).FirstOrDefault() is var (bad, position))
        {
            errors.Invalid("fieldManager", manager, string.Create(CultureInfo.InvariantCulture, $"invalid character U+{bad.Value:X4} (at position {position})"));
        }

        var validation = query["fieldValidation"].ToString();
        if (validation is not ("" or "Ignore" or "Strict" or "Warn"))
        {
            errors.NotSupported("fieldValidation", validation, ["", "Ignore", "Strict", "Warn"]);
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("meta.k8s.io", kind, "", errors);
        }

        return new WriteRequest
        {
            User = request.User,
            FieldManager = manager.Length > 0 ? manager : ManagerOf(request.Http.Request),
            DryRun = dryRun,
            FieldValidation = validation switch { "Ignore" => FieldValidation.Ignore, "Strict" => FieldValidation.Strict, _ => FieldValidation.Warn },
            Subresource = request.Path.Subresource,
            Warnings = request.Warnings,
        };
    }

    /// <param name="body">DeleteOptions, where the request has some: then the query has no say.</param>
    public static DeleteRequest ReadDelete(ResourceRequest request, JsonObject? body)
    {
        var query = request.Http.Request.Query;
        var errors = new FieldErrors();
        var policy = body is not null ? body.Text("propagationPolicy") : query.TryGetValue("propagationPolicy", out var asked) ? asked.ToString() : null;
        var orphan = body is not null ? body.Flag("orphanDependents") : ListOptions.Flag(query, "orphanDependents");
        if (policy is not null && orphan is not null)
        {
            errors.Invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set");
        }

        if (policy is not null && !Policies.Contains(policy))
        {
            errors.NotSupported("propagationPolicy", policy, Policies);
        }

        var dryRun = DryRun(body is not null ? [.. MetadataRules.Strings(body.Array("dryRun"))] : [.. query["dryRun"].OfType<string>()], errors);
        if (errors.Any)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "DeleteOptions", "", errors);
        }

        var preconditions = body.Object("preconditions");
        return new DeleteRequest
        {
            User = request.User,
            GracePeriodSeconds = body is not null ? body.Number("gracePeriodSeconds") : ListOptions.Number(query, "gracePeriodSeconds"),
            PropagationPolicy = policy,
            OrphanDependents = orphan,
            PreconditionUid = preconditions.Text("uid"),
            PreconditionResourceVersion = preconditions.Text("resourceVersion"),
            DryRun = dryRun,
        };
    }

    private static bool DryRun(string[] values, FieldErrors errors)
    {
        if (values.Length > 0 && values.Any(value => value != "All"))
        {
            errors.NotSupported("dryRun", new JsonArray([.. values.Select(value => JsonValue.Create(value))]), ["All"]);
        }

        return values.Length > 0;
    }

    /// <summary>What stands before the slash in the user agent.</summary>
    private static string ManagerOf(HttpRequest request)
    {
        var agent = request.Headers.UserAgent.ToString();
        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? agent : agent[..slash];
        return name.Length > 128 ? name[..128] : name;
    }
}
