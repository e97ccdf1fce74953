using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;
using Scalelab.Cluster.Api.Rest;
using Scalelab.Cluster.Api.Security;

namespace Scalelab.Cluster.Api.Reviews;

/// <summary>Answers questions about users and what they may do: kubectl's <c>auth can-i</c> and <c>auth whoami</c>.</summary>
internal sealed class AccessReviews(ResourceDefinition definition, RbacAuthorizer authorizer, Authenticator authenticator) : ISubresource
{
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
            "SubjectAccessReview" => Access(
                new UserInfo(spec.Text("user") ?? "", spec.Text("uid") ?? "", [.. MetadataRules.Strings(spec.Array("groups"))]), spec),
            "TokenReview" => Token(spec),
            _ => Rules(request.User, spec.Text("namespace") ?? ""),
        };
        if (definition.Kind == "SelfSubjectRulesReview")
        {
            value["spec"] = new JsonObject();
        }

        await WriteHandler.WriteAsync(request, StatusCodes.Status201Created, definition, new Outcome(value), media, write);
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
        var attributes = spec.Object("resourceAttributes");
        var allowed = attributes is not null
            ? authorizer.Allows(user, new ResourceAttributes(
                attributes.Text("verb") ?? "",
                attributes.Text("group") ?? "",
                attributes.Text("resource") ?? "",
                attributes.Text("subresource") ?? "",
                attributes.Text("namespace") ?? "",
                attributes.Text("name") ?? ""))
            : user.IsMaster;
        return new JsonObject { ["allowed"] = allowed };
    }

    private JsonObject Token(JsonObject spec)
    {
        if (authenticator.FromToken(spec.Text("token") ?? "") is not { } user)
        {
            return new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
        }

        var audiences = MetadataRules.Strings(spec.Array("audiences"));
        return new JsonObject
        {
            ["authenticated"] = true,
            ["user"] = Describe(user),
            ["audiences"] = new JsonArray([.. (audiences.Count > 0 ? audiences : [ServiceAccountTokens.Issuer]).Select(audience => JsonValue.Create(audience))]),
        };
    }

    private JsonObject Rules(UserInfo user, string namespaceName)
    {
        var rules = new JsonArray(
            Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]));
        foreach (var rule in user.IsMaster ? [Rule(["*"], ["*"], ["*"])] : authorizer.RulesFor(user, namespaceName))
        {
            rules.Add(rule.DeepClone());
        }

        var paths = new JsonArray(new JsonObject
        {
            ["verbs"] = new JsonArray("get"),
            ["nonResourceURLs"] = new JsonArray(user.IsMaster ? ["*"] : ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]),
        });
        return new JsonObject { ["resourceRules"] = rules, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private static JsonObject Rule(string[] verbs, string[] groups, string[] resources) => new()
    {
        ["verbs"] = new JsonArray([.. verbs.Select(verb => JsonValue.Create(verb))]),
        ["apiGroups"] = new JsonArray([.. groups.Select(group => JsonValue.Create(group))]),
        ["resources"] = new JsonArray([.. resources.Select(resource => JsonValue.Create(resource))]),
    };
}
