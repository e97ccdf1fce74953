using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using k8s;
using k8s.Models;

namespace Scalelab.Cluster.Api;

/// <summary>JSON of the official client's models, in the client's own form, for the kinds that controllers and nodes work with.</summary>
/// <remarks>
/// The client's context prepares for all of its 850 types when the first object is written, which costs the daemon 8 MiB and a tenth of its start.
/// Types that are not listed here go through it all the same.
/// </remarks>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(KubernetesJson.Iso8601TimeSpanConverter),
        typeof(KubernetesJson.KubernetesDateTimeConverter),
        typeof(KubernetesJson.KubernetesDateTimeOffsetConverter),
    ])]
[JsonSerializable(typeof(Corev1Event))]
[JsonSerializable(typeof(V1ControllerRevision))]
[JsonSerializable(typeof(V1CronJob))]
[JsonSerializable(typeof(V1DaemonSet))]
[JsonSerializable(typeof(V1Deployment))]
[JsonSerializable(typeof(V1EndpointSlice))]
[JsonSerializable(typeof(V1Endpoints))]
[JsonSerializable(typeof(V1Job))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(V1Node))]
[JsonSerializable(typeof(V1PersistentVolume))]
[JsonSerializable(typeof(V1PersistentVolumeClaim))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(V1PodDisruptionBudget))]
[JsonSerializable(typeof(V1ReplicaSet))]
[JsonSerializable(typeof(V1Scale))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(V1StatefulSet))]
[JsonSerializable(typeof(V2HorizontalPodAutoscaler))]
// What members of type object hold.
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ModelJson : JsonSerializerContext
{
    private static readonly Lazy<JsonSerializerOptions> ClientOptions = new(() =>
    {
        JsonSerializerOptions? options = null;
        KubernetesJson.AddJsonOptions(all => options = all);
        return options!;
    });

    /// <exception cref="JsonException">It is no JSON, or none of such an object.</exception>
    public static T Read<T>(ReadOnlySpan<byte> utf8) => JsonSerializer.Deserialize(utf8, Info<T>())!;

    /// <inheritdoc cref="Read{T}(ReadOnlySpan{byte})"/>
    public static T Read<T>(JsonNode node) => node.Deserialize(Info<T>())!;

    public static JsonNode ToNode<T>(T model) => JsonSerializer.SerializeToNode(model, Info<T>())!;

    public static string ToText<T>(T model) => JsonSerializer.Serialize(model, Info<T>());

    public static byte[] ToBytes<T>(T model) => JsonSerializer.SerializeToUtf8Bytes(model, Info<T>());

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)(Default.GetTypeInfo(typeof(T)) ?? ClientOptions.Value.GetTypeInfo(typeof(T)));
}
