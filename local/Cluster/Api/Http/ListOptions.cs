using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Scalelab.Cluster.Api.Http;

/// <summary>The query of a list or watch (meta/v1 ListOptions), checked as upstream checks it.</summary>
internal sealed record ListOptions
{
    /// <summary>The resourceVersionMatch that asks for exactly that state.</summary>
    public const string Exact = "Exact";

    /// <summary>The resourceVersionMatch that asks for that state or a later one.</summary>
    public const string NotOlderThan = "NotOlderThan";

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
        options = options.WithDefaults();
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

    /// <summary>A watch from no revision of its own begins with what there is (apimachinery's SetListOptionsDefaults).</summary>
    private ListOptions WithDefaults() => Watch && SendInitialEvents is null && ResourceVersionMatch.Length == 0 && ResourceVersion is "" or "0"
        ? this with { SendInitialEvents = true, ResourceVersionMatch = NotOlderThan }
        : this;

    private void Validate()
    {
        var errors = new FieldErrors();
        if (Watch)
        {
            ValidateWatch(errors);
        }
        else
        {
            ValidateList(errors);
        }

        if (errors.Any)
        {
            throw ApiErrors.Invalid("meta.k8s.io", "ListOptions", "", errors);
        }
    }

    private void ValidateWatch(FieldErrors errors)
    {
        const string field = "resourceVersionMatch";
        if (SendInitialEvents is not null && ResourceVersionMatch != NotOlderThan)
        {
            errors.Forbidden(field, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        if (ResourceVersionMatch.Length == 0)
        {
            return;
        }

        if (SendInitialEvents is null)
        {
            errors.Forbidden(field, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }

        if (ResourceVersionMatch != NotOlderThan)
        {
            errors.NotSupported(field, ResourceVersionMatch, [NotOlderThan]);
        }

        if (Continue.Length > 0)
        {
            errors.Forbidden(field, "resourceVersionMatch is forbidden when continue is provided");
        }
    }

    private void ValidateList(FieldErrors errors)
    {
        if (ResourceVersionMatch.Length > 0)
        {
            ValidateMatch(errors);
        }

        if (SendInitialEvents is not null)
        {
            errors.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
        }
    }

    private void ValidateMatch(FieldErrors errors)
    {
        const string field = "resourceVersionMatch";
        if (ResourceVersion.Length == 0)
        {
            errors.Forbidden(field, "resourceVersionMatch is forbidden unless resourceVersion is provided");
        }

        if (Continue.Length > 0)
        {
            errors.Forbidden(field, "resourceVersionMatch is forbidden when continue is provided");
        }

        if (ResourceVersionMatch is not (Exact or NotOlderThan))
        {
            errors.NotSupported(field, ResourceVersionMatch, [Exact, NotOlderThan, ""]);
        }

        if (ResourceVersionMatch == Exact && ResourceVersion == "0")
        {
            errors.Forbidden(field, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
        }
    }
}
