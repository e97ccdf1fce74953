using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api.Reviews;

/// <summary>Answers questions about users and what they may do: kubectl's <c>auth can-i</c> and <c>auth whoami</c>.</summary>
internal sealed class AccessReviews(ResourceDefinition definition, RbacAuthorizer authorizer, Authenticator authenticator) : ISubresource
{
    private static readonly PolicyRule Everything = new(["*"], ["*"], ["*"], [], ["*"]);

    public async Task HandleAsync(ResourceRequest request)
    {
        if (request.Http.Request.Method != "POST" || request.Path.Name.Length > 0)
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var media = MediaType.Negotiate(request.Http.Request, watchable: false, shapes: false);
        var write = WriteOptionsReader.Read(request, "CreateOptions");
        var value = await WriteHandler.ReadBodyAsync(request, definition, write);
        value["kind"] = definition.Kind;
        value["apiVersion"] = definition.ApiVersion;
        var spec = value.Object("spec") ?? [];
        Check(request, spec);
        if (definition.Kind is "SelfSubjectReview")
        {
            value["metadata"] = new JsonObject { ["creationTimestamp"] = ResourceService.Format(request.Now) };
        }
        else if (definition.Kind is not "SelfSubjectRulesReview")
        {
            FieldTracking.Track(definition, null, value, write, request.Now);
        }

        value["status"] = definition.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = Describe(request.User) },
            "SelfSubjectAccessReview" => Access(request.User, spec),
            "SubjectAccessReview" or "LocalSubjectAccessReview" => Access(
                new UserInfo(spec.Text("user") ?? "", spec.Text("uid") ?? "", [.. MetadataRules.Strings(spec.Array("groups"))]), spec),
            "TokenReview" => Token(spec),
            _ => Rules(request.User, spec.Text("namespace") ?? ""),
        };
        if (definition.Kind == "SelfSubjectRulesReview")
        {
            value["spec"] = new JsonObject();
        }

        await WriteHandler.WriteAsync(request, StatusCodes.Status201Created, definition, new Outcome(value), media);
    }

    /// <summary>What a question must contain (authorization's validation).</summary>
    private void Check(ResourceRequest request, JsonObject spec)
    {
        var errors = new FieldErrors();
        var isAccess = definition.Kind.EndsWith("AccessReview", StringComparison.Ordinal);
        if (isAccess && spec.Object("resourceAttributes") is not null && spec.Object("nonResourceAttributes") is not null)
        {
            errors.Invalid("spec.nonResourceAttributes", spec["nonResourceAttributes"]!, "cannot be specified in combination with resourceAttributes");
        }

        if (isAccess && spec.Object("resourceAttributes") is null && spec.Object("nonResourceAttributes") is null)
        {
            errors.Invalid("spec.resourceAttributes", spec["resourceAttributes"], "exactly one of nonResourceAttributes or resourceAttributes must be specified");
        }

        if (definition.Kind is "SubjectAccessReview" or "LocalSubjectAccessReview" && spec.Text("user") is null or "" && MetadataRules.Strings(spec.Array("groups")).Count == 0)
        {
            errors.Invalid("spec.user", "", "at least one of user or group must be specified");
        }

        if (definition.Kind == "LocalSubjectAccessReview" && spec.Object("resourceAttributes").Text("namespace") != request.Path.Namespace)
        {
            errors.Invalid("spec.resourceAttributes.namespace", spec.Object("resourceAttributes").Text("namespace") ?? "", "must match metadata.namespace");
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid(definition, "", errors);
        }

        if (definition.Kind == "TokenReview" && spec.Text("token") is null or "")
        {
            throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        }
    }

    private static JsonObject Describe(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        info.Put("uid", user.Uid.Length == 0 ? null : user.Uid);
        info["groups"] = new JsonArray([.. user.Groups.Select(group => JsonValue.Create(group))]);
        if (!user.Extra.IsEmpty)
        {
            info["extra"] = new JsonObject(user.Extra.Select(
                claim => KeyValuePair.Create<string, JsonNode?>(claim.Key, new JsonArray([.. claim.Value.Select(value => JsonValue.Create(value))]))));
        }

        return info;
    }

    private JsonObject Access(UserInfo user, JsonObject spec)
    {
        var decision = spec.Object("resourceAttributes") is { } attributes
            ? authorizer.Decide(user, new ResourceAttributes(
                attributes.Text("verb") ?? "",
                attributes.Text("group") ?? "",
                attributes.Text("resource") ?? "",
                attributes.Text("subresource") ?? "",
                attributes.Text("namespace") ?? "",
                attributes.Text("name") ?? ""))
            : authorizer.Decide(user, spec.Object("nonResourceAttributes").Text("verb") ?? "", spec.Object("nonResourceAttributes").Text("path") ?? "");
        var status = new JsonObject { ["allowed"] = decision.Allowed };
        status.Put("reason", decision.Reason.Length == 0 ? null : decision.Reason);
        return status;
    }

    private JsonObject Token(JsonObject spec)
    {
        var (token, audiences) = (spec.Text("token")!, MetadataRules.Strings(spec.Array("audiences")));
        if (audiences.Count == 0)
        {
            audiences = [ServiceAccountTokens.Issuer];
        }

        if (authenticator.FromToken(token, [.. audiences]) is not { } user)
        {
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
        }

        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = Describe(user),
            ["audiences"] = new JsonArray([.. authenticator.AudiencesOf(token, audiences).Select(audience => JsonValue.Create(audience))]),
        };
    }

    private JsonObject Rules(UserInfo user, string namespaceName)
    {
        var (rules, problems) = user.IsMaster ? ([Everything], []) : authorizer.RulesFor(user, namespaceName);
        var status = new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(rule => !rule.Resources.IsEmpty).Select(Describe)]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => !rule.Paths.IsEmpty).Select(rule => new JsonObject { ["verbs"] = Texts(rule.Verbs), ["nonResourceURLs"] = Texts(rule.Paths) })]),
            ["incomplete"] = problems.Count > 0,
        };
        status.Put("evaluationError", problems.Count == 0 ? null : string.Join(", ", problems));
        return status;
    }

    private static JsonObject Describe(PolicyRule rule)
    {
        var value = new JsonObject { ["verbs"] = Texts(rule.Verbs), ["apiGroups"] = Texts(rule.Groups), ["resources"] = Texts(rule.Resources) };
        value.Put("resourceNames", rule.Names.IsEmpty ? null : Texts(rule.Names));
        return value;
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
