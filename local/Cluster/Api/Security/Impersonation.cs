using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Security;

/// <summary>
/// Who a request acts as: the headers <c>Impersonate-User</c>, <c>-Uid</c>, <c>-Group</c> and <c>-Extra-…</c> of those who may impersonate,
/// as kubectl's <c>--as</c> sends them.
/// </summary>
internal static class Impersonation
{
    private const string User = "Impersonate-User";
    private const string Uid = "Impersonate-Uid";
    private const string Group = "Impersonate-Group";
    private const string Extra = "Impersonate-Extra-";
    private const string ServiceAccount = "system:serviceaccount:";

    /// <exception cref="ApiException">403 where it is not allowed, 500 where the headers name no user, as kube-apiserver answers.</exception>
    public static UserInfo Resolve(IHeaderDictionary headers, UserInfo user, RbacAuthorizer authorizer)
    {
        var name = headers[User].ToString();
        var isAsked = name.Length > 0 || headers.Keys.Any(key => key.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase));
        if (!isAsked)
        {
            return user;
        }

        if (name.Length == 0)
        {
            throw ApiErrors.Internal("requested impersonation without impersonating a user");
        }

        var groups = headers[Group].OfType<string>().Where(group => group.Length > 0).ToImmutableArray();
        var account = name.StartsWith(ServiceAccount, StringComparison.Ordinal) ? name[ServiceAccount.Length..].Split(':') : null;
        if (account is { Length: 2 })
        {
            Require("", "serviceaccounts", account[0], account[1]);
        }
        else
        {
            Require("", "users", "", name);
        }

        foreach (var group in groups)
        {
            Require("", "groups", "", group);
        }

        if (headers[Uid].ToString() is { Length: > 0 } uid)
        {
            Require("authentication.k8s.io", "uids", "", uid);
        }

        if (account is { Length: 2 } && groups.IsEmpty)
        {
            groups = ["system:serviceaccounts", $"system:serviceaccounts:{account[0]}"];
        }

        if (!groups.Contains(UserInfo.Authenticated) && !groups.Contains(UserInfo.Unauthenticated))
        {
            groups = groups.Add(name == UserInfo.Anonymous.Name ? UserInfo.Unauthenticated : UserInfo.Authenticated);
        }

        var extra = headers.Where(header => header.Key.StartsWith(Extra, StringComparison.OrdinalIgnoreCase)).ToImmutableDictionary(
            header => Uri.UnescapeDataString(header.Key[Extra.Length..].ToLowerInvariant()),
            header => header.Value.Select(value => value ?? "").ToImmutableArray());
        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                Require("authentication.k8s.io", "userextras", "", value, key);
            }
        }

        return new UserInfo(name, headers[Uid].ToString(), groups) { Extra = extra };

        void Require(string apiGroup, string resource, string space, string target, string subresource = "") =>
            authorizer.Require(user, new ResourceAttributes("impersonate", apiGroup, resource, subresource, space, target));
    }
}
