using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace Scalelab.Generator;

/// <summary>Reads the Kubernetes API from the model types of KubernetesClient.</summary>
internal sealed partial class KubernetesModel
{
    // Kinds of requests and answers: nothing in the cluster that a resource could stand for.
    private static readonly HashSet<string> NotResources =
    [
        "APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "ComponentStatus", "ComponentStatusList", "DeleteOptions", "Scale",
    ];

    // Kinds at their final version that the official package, of the version that this one stands for, does not have yet.
    private static readonly HashSet<string> NewerKinds =
    [
        "ClusterTrustBundle", "ClusterTrustBundleList", "DeviceTaintRule", "DeviceTaintRuleList", "PodCertificateRequest", "PodCertificateRequestList",
    ];

    // What the groups share. The client's types do not say their group, so it is found by reach: first these, then core, then the others,
    // since neither of the first two refers to a later one.
    private static readonly Type[] MetaTypes =
    [
        typeof(V1Condition), typeof(V1DeleteOptions), typeof(V1LabelSelector), typeof(V1ListMeta), typeof(V1ObjectMeta), typeof(V1Status),
    ];

    // Core's, though only storage refers to them.
    private static readonly Type[] CoreTypes = [typeof(V1TopologySelectorTerm)];

    private readonly Dictionary<Type, Draft> _drafts = [];
    private readonly Dictionary<Type, ModelType> _types = [];
    private readonly HashSet<Type> _parts = [];
    private readonly List<ModelType> _more = [];

    public IReadOnlyList<ModelType> Types => [.. _types.Values, .. _more];

    public static KubernetesModel Load()
    {
        var model = new KubernetesModel();
        foreach (var type in MetaTypes)
        {
            model.Reach(type, ApiGroup.Meta);
        }

        foreach (var type in CoreTypes)
        {
            model.Reach(type, ApiGroup.Core);
        }

        var kinds = typeof(V1Pod).Assembly.GetExportedTypes()
            .Where(type => type.GetCustomAttribute<KubernetesEntityAttribute>() is { } entity
                && !NotResources.Contains(entity.Kind) && !NewerKinds.Contains(entity.Kind))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .ToLookup(ApiVersionOf);
        foreach (var group in ApiGroup.Others.Prepend(ApiGroup.Core))
        {
            foreach (var kind in kinds[group.ApiVersion])
            {
                model.Reach(kind, group);
            }
        }

        foreach (var draft in model._drafts.Values)
        {
            model._types[draft.Type] = model.Describe(draft);
        }

        model._more.AddRange(MoreMembers.TypesBeside(model._types.Values).Select(Describe));
        return model;
    }

    private static string ApiVersionOf(Type type)
    {
        var entity = type.GetCustomAttribute<KubernetesEntityAttribute>()!;
        return string.IsNullOrEmpty(entity.Group) ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}";
    }

    private static IEnumerable<(string Wire, Type Type)> MembersOf(Draft draft)
        => from property in draft.Type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           let wire = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name
           where wire != null && !MemberList.Newer.Contains(draft.Named, wire)
           orderby wire
           select (wire, property.PropertyType);

    private static Type? ElementOf(Type type)
        => type.IsGenericType && type.GetGenericTypeDefinition() is var definition
            && (definition == typeof(IList<>) || definition == typeof(IDictionary<,>) || definition == typeof(List<>)
                || definition == typeof(Dictionary<,>) || definition == typeof(Nullable<>))
            ? type.GetGenericArguments()[^1]
            : null;

    private static Type InnermostOf(Type type)
        => ElementOf(type) is { } element ? InnermostOf(element) : type;

    [GeneratedRegex(@"^([A-Z][a-z]+)?[vV]\d+((alpha|beta)\d+)?(?=[A-Z])")]
    private static partial Regex VersionPrefix();

    private void Reach(Type type, ApiGroup group)
    {
        type = InnermostOf(type);
        var isObject = type.Namespace == typeof(V1Pod).Namespace && type.IsClass
            && type != typeof(IntOrString) && type != typeof(ResourceQuantity);
        if (!isObject || _drafts.ContainsKey(type))
        {
            return;
        }

        var kind = type.GetCustomAttribute<KubernetesEntityAttribute>()?.Kind;
        var name = kind ?? VersionPrefix().Replace(type.Name, "");
        var draft = new Draft(type, new ModelType(name, group, NotResources.Contains(kind ?? "") ? null : kind, []));
        _drafts.Add(type, draft);
        foreach (var (_, member) in MembersOf(draft))
        {
            _parts.Add(InnermostOf(member));
            Reach(member, group);
        }
    }

    private ModelType Describe(Draft draft)
    {
        var type = draft.Named;
        var members = MembersOf(draft).Select(member =>
            Describe(type, member.Wire, SpecialCases.Find(type, member.Wire) ?? TypeOf(member.Type)));
        return Describe(type with { Members = [.. members], IsPart = _parts.Contains(draft.Type) });
    }

    private static ModelType Describe(ModelType type)
        => type with { Members = [.. type.Members, .. MoreMembers.Of(type).Select(member => Describe(type, member.Wire, member.Type))] };

    private static ModelMember Describe(ModelType type, string wire, MemberType member)
        => new(
            NameOnWire(wire),
            NameInCSharp(type, wire),
            member,
            MemberList.Required.Contains(type, wire) || (IsList(type) && wire == "items"));

    private static bool IsList(ModelType type)
        => type.Kind?.EndsWith("List", StringComparison.Ordinal) == true;

    // Pulumi's names for members have no hyphens; its provider puts them back.
    private static string NameOnWire(string wire)
        => wire.Replace('-', '_');

    private static string NameInCSharp(ModelType type, string wire)
    {
        var bare = NameOnWire(wire).TrimStart('$');
        var name = char.ToUpperInvariant(bare[0]) + bare[1..];

        // A C# member cannot have its class's name.
        return name == type.Name ? name + "Value" : name;
    }

    private MemberType TypeOf(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOf(plain) is { } element)
        {
            return plain.GetGenericArguments().Length == 2 ? MemberType.Map(TypeOf(element)) : MemberType.List(TypeOf(element));
        }

        return _drafts.TryGetValue(plain, out var draft) ? MemberType.Of(draft.Named)
            : plain == typeof(string) || plain == typeof(byte[]) || plain == typeof(DateTime) || plain == typeof(ResourceQuantity) ? MemberType.String
            : plain == typeof(bool) ? MemberType.Bool
            : plain == typeof(int) || plain == typeof(long) ? MemberType.Int
            : plain == typeof(double) ? MemberType.Double
            : plain == typeof(IntOrString) ? MemberType.IntOrString
            : plain == typeof(object) ? MemberType.Json
            : throw new NotSupportedException($"KubernetesClient has a member of type {type}, for which the generator knows no counterpart.");
    }

    private sealed record Draft(Type Type, ModelType Named);
}
