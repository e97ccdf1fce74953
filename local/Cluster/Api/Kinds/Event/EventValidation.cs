using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for events, in the core group's form. An event time marks the newer style of events, which must say more.</summary>
internal static class EventValidation
{
    private const string Mismatch = "does not match event.namespace";

    private static readonly RuleSet NewStyle = new()
    {
        { "reportingInstance", Checks.Required, AtMost(128) },
        { "action", Checks.Required, AtMost(128) },
        { "reason", Checks.Required, AtMost(128) },
        { "message", AtMost(1024) },
    };

    private static readonly RuleSet InEventsGroup = new()
    {
        { "eventTime", Checks.Required },
        {
            "type", static place =>
            {
                if (place.Text is not ("Normal" or "Warning"))
                {
                    place.Errors.Invalid(place.Path, "", $"has invalid value: {place.Text}");
                }
            }
        },
        { "firstTimestamp", Unset },
        { "lastTimestamp", Unset },
        { "count", Unset },
        { "source", Unset },
    };

    /// <param name="isNew">True for a creation in events.k8s.io, where the strictest rules hold.</param>
    public static void Validate(JsonObject resource, bool isNew, FieldErrors errors)
    {
        var (own, about) = (resource.Text("metadata", "namespace"), resource.Text("involvedObject", "namespace"));
        if (resource["eventTime"] is null)
        {
            if (about.Length == 0 ? own is not ("" or "default") : own != about)
            {
                errors.Invalid("involvedObject.namespace", about, Mismatch);
            }
        }
        else
        {
            if (about.Length == 0 && own is not ("default" or "kube-system"))
            {
                errors.Invalid("involvedObject.namespace", about, Mismatch);
            }

            var reporter = new Place(resource["reportingComponent"], isNew ? "reportingController" : "reportingComponent", resource, resource, null, errors);
            Checks.Required(reporter);
            Checks.LabelKey(reporter);
            NewStyle.Check(resource, errors);
        }

        if (isNew)
        {
            InEventsGroup.Check(resource, errors);
        }
    }

    private static Check AtMost(int characters) => place =>
    {
        if (place.Text.Length > characters)
        {
            place.Errors.Invalid(place.Path, "", $"can have at most {characters} characters");
        }
    };

    private static void Unset(Place place)
    {
        if (!Checks.IsAbsent(place.Value) && !(place.Value.OptionalNumber() == 0))
        {
            place.Errors.Invalid(place.Path, "", "needs to be unset");
        }
    }
}
