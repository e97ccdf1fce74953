using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Http;

/// <summary>The query of a list or watch (meta/v1 ListOptions), checked as upstream checks it.</summary>
internal sealed record ListOptions
{
    public string LabelSelector { get; init; } = "";

    public string FieldSelector { get; init; } = "";

    public bool Watch { get; init; }

    public bool AllowWatchBookmarks { get; init; }

    public bool? SendInitialEvents { get; init; }

    public string ResourceVersion { get; init; } = "";

    public string ResourceVersionMatch { get; init; } = "";

    public long? TimeoutSeconds { get; init; }

    public long Limit { get; init; }

    public string Continue { get; init; } = "";

    public static ListOptions Parse(IQueryCollection query, bool watchPath)
    {
        var options = new ListOptions
        {
            LabelSelector = query["labelSelector"].ToString(),
            FieldSelector = query["fieldSelector"].ToString(),
            Watch = watchPath || Flag(query, "watch") == true,
            AllowWatchBookmarks = Flag(query, "allowWatchBookmarks") == true,
            SendInitialEvents = Flag(query, "sendInitialEvents"),
            ResourceVersion = query["resourceVersion"].ToString(),
            ResourceVersionMatch = query["resourceVersionMatch"].ToString(),
            TimeoutSeconds = Number(query, "timeoutSeconds"),
            Limit = Number(query, "limit") ?? 0,
            Continue = query["continue"].ToString(),
        };
        options.Validate();
        return options;
    }

    /// <summary>As apimachinery converts query values: present and not <c>false</c> or <c>0</c> is true.</summary>
    public static bool? Flag(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var value) ? !(value.ToString().Equals("false", StringComparison.OrdinalIgnoreCase) || value.ToString() == "0") : null;

    public static long? Number(IQueryCollection query, string name)
    {
        if (!query.TryGetValue(name, out var value) || value.ToString().Length == 0)
        {
            return null;
        }

        return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{value}\": invalid syntax");
    }

    private void Validate()
    {
        var errors = new FieldErrors();
        if (Watch)
        {
            ValidateWatch(errors);
        }
        else if (SendInitialEvents is not null)
        {
            errors.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
        else
        {
            ValidateMatch(errors);
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
        }
    }

    private void ValidateWatch(FieldErrors errors)
    {
        if (SendInitialEvents is not null)
        {
            if (ResourceVersionMatch.Length == 0)
            {
                errors.Forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
            }
            else if (ResourceVersionMatch != "NotOlderThan")
            {
                errors.NotSupported("resourceVersionMatch", ResourceVersionMatch, ["NotOlderThan"]);
            }

            if (Continue.Length > 0)
            {
                errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
            }

            return;
        }

        if (ResourceVersionMatch.Length > 0)
        {
            errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
            if (ResourceVersionMatch != "NotOlderThan")
            {
                errors.NotSupported("resourceVersionMatch", ResourceVersionMatch, ["NotOlderThan"]);
            }
        }

        if (Continue.Length > 0)
        {
            errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        }
    }

    private void ValidateMatch(FieldErrors errors)
    {
        if (ResourceVersionMatch.Length == 0)
        {
            return;
        }

        if (ResourceVersion.Length == 0)
        {
            errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (Continue.Length > 0)
        {
            errors.Forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
        }

        if (ResourceVersionMatch is not ("Exact" or "NotOlderThan"))
        {
            errors.NotSupported("resourceVersionMatch", ResourceVersionMatch, ["Exact", "NotOlderThan", ""]);
        }

        if (ResourceVersionMatch == "Exact" && ResourceVersion == "0")
        {
            errors.Forbidden("resourceVersionMatch", "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }
}
