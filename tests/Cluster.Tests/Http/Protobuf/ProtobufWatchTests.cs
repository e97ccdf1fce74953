using System.Buffers.Binary;
using System.Text;
using Scalelab.Cluster.Api.Http.Protobuf;
using Scalelab.Cluster.Tests.Api;

namespace Scalelab.Cluster.Tests.Http.Protobuf;

public sealed class ProtobufWatchTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    [Fact]
    public async Task AWatch_ByAClientThatAcceptsProtobuf_SendsFramedEvents()
    {
        var stop = TestContext.Current.CancellationToken;
        using var body = new StringContent("""{"metadata":{"name":"seen"},"data":{"k":"v"}}""", Encoding.UTF8, "application/json");
        using var created = await cluster.Http.PostAsync(new Uri("/api/v1/namespaces/default/configmaps", UriKind.Relative), body, stop);
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri("/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dseen", UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Accept", "application/vnd.kubernetes.protobuf");

        using var response = await cluster.Http.SendAsync(request, stop);
        var bytes = await response.Content.ReadAsByteArrayAsync(stop);

        Assert.Equal("application/vnd.kubernetes.protobuf;stream=watch", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal(bytes.Length - sizeof(int), BinaryPrimitives.ReadInt32BigEndian(bytes));
        var (type, value) = Event(bytes.AsSpan(sizeof(int)));
        Assert.Equal("ADDED", type);
        Assert.Equal("v", (string?)ProtobufBody.ReadObject(value, "ConfigMap")["data"]!["k"]);
    }

    private static (string Type, byte[] Object) Event(ReadOnlySpan<byte> message)
    {
        var (type, value) = ("", Array.Empty<byte>());
        var reader = new WireReader(message);
        while (reader.Next())
        {
            switch (reader.Number)
            {
                case 1:
                    type = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 2:
                    var raw = new WireReader(reader.Bytes);
                    Assert.True(raw.Next());
                    value = raw.Bytes.ToArray();
                    break;
            }
        }

        return (type, value);
    }
}
