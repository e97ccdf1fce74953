using Google.Protobuf;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Schema.OpenApi;

/// <summary>The OpenAPI 2.0 document in the form that kubectl up to 1.30 and client-go read, taken apart by the field numbers of gnostic's openapi.v2 messages.</summary>
public sealed class OpenApiDocumentTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const int Version = 1;
    private const int Paths = 8;
    private const int Definitions = 9;

    [Fact]
    public async Task V2_AskedForInProtobuf_NamesEveryKindOfTheWorkloads()
    {
        var document = Read(await FetchAsync());

        var names = document[Definitions].SelectMany(definitions => Read(definitions)[1]).Select(Name).ToHashSet();

        Assert.Equal("2.0", document[Version].Single().ToStringUtf8());
        Assert.Superset(
            new HashSet<string> { "io.k8s.api.core.v1.Pod", "io.k8s.api.apps.v1.Deployment", "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler", "io.k8s.api.rbac.v1.Role" }, names);
    }

    [Fact]
    public async Task V2_AskedForInProtobuf_SaysWhichKindASchemaIs()
    {
        const int Extensions = 31;
        var definitions = Read(Read(await FetchAsync())[Definitions].Single());

        var deployment = Read(definitions[1].Single(named => Name(named) == "io.k8s.api.apps.v1.Deployment"));
        var extensions = Read(deployment[2].Single())[Extensions];

        Assert.Contains("x-kubernetes-group-version-kind", extensions.Select(Name));
        Assert.Contains(extensions, extension => Read(Read(extension)[2].Single())[2].Single().ToStringUtf8().Contains("\"kind\":\"Deployment\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task V2_AskedForInProtobuf_HasPathsOfWhatIsServed()
    {
        var paths = Read(Read(await FetchAsync())[Paths].Single());

        Assert.Contains("/apis/apps/v1/namespaces/{namespace}/deployments/{name}", paths[2].Select(Name));
    }

    private static string Name(ByteString named) => Read(named)[1].Single().ToStringUtf8();

    /// <summary>The length-delimited fields of a message, by number; everything else is passed over.</summary>
    private static ILookup<int, ByteString> Read(ByteString message)
    {
        var fields = new List<(int Number, ByteString Value)>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return fields.ToLookup(field => field.Number, field => field.Value);
    }

    private async Task<ByteString> FetchAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/openapi/v2", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf");
        using var response = await cluster.Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return ByteString.CopyFrom(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }
}
