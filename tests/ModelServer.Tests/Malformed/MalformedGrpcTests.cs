using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Scalelab.ModelServer.Protocols.Grpc.Wire;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Malformed;

public sealed class MalformedGrpcTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_WrongRequests_AreRefusedWithAMessage()
    {
        using var repository = new TestRepository();
        foreach (var type in Enum.GetValues<DataType>())
        {
            repository.Add(type.Name(), TestNetwork.Echo(("x", type, [-1, 2])));
        }
        await using var server = await TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder, "GRPC_PORT", "0", "POD_IP", "127.0.0.1"]);
        using var channel = GrpcChannel.ForAddress(server.App.Urls.Last());
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var cases = Requests().ToList();
        var wrong = new List<string>();
        foreach (var request in cases)
        {
            try
            {
                await client.ModelInferAsync(request, cancellationToken: Cancellation);
                wrong.Add($"answered: {request}");
            }
            catch (RpcException refused) when (refused.StatusCode is StatusCode.InvalidArgument or StatusCode.NotFound && refused.Status.Detail.Length > 10)
            {
            }
            catch (RpcException refused)
            {
                wrong.Add($"{refused.Status}: {request}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(20)));
        Assert.True(cases.Count >= 200, $"{cases.Count} cases");
    }

    private static IEnumerable<ModelInferRequest> Requests()
    {
        foreach (var type in Enum.GetValues<DataType>())
        {
            // The contents of another type; signed and unsigned numbers of several sizes share one.
            foreach (var contents in Contents().Where(contents => !Suits(type, contents)))
            {
                yield return Request(type, [1, 2], contents, null);
            }
            var size = type == DataType.Bytes ? 4 : type.Size();
            foreach (var length in (int[])[0, 1, (2 * size) - 1, (2 * size) + 1, 4 * size, 1000])
            {
                yield return Request(type, [1, 2], null, Enumerable.Repeat((byte)2, length).ToArray());
            }
            foreach (var shape in (long[][])[[], [2], [1, 3], [0, 2], [-1, 2], [1, 2, 1], [long.MaxValue, 2], [long.MinValue, 2]])
            {
                yield return Request(type, shape, null, new byte[2 * size]);
            }
        }
        foreach (var name in (string[])["", "other", "..", "../FP32", "FP32/", "fp32", "FP32\0", "<script>", new string('x', 10_000)])
        {
            yield return new ModelInferRequest { ModelName = name };
            yield return new ModelInferRequest { ModelName = "FP32", ModelVersion = name.Length > 0 ? name : "0" };
        }
    }

    private static ModelInferRequest Request(DataType type, long[] shape, InferTensorContents? contents, byte[]? raw)
    {
        var request = new ModelInferRequest { ModelName = type.Name() };
        request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = type.Name(), Shape = { shape }, Contents = contents });
        if (raw is not null)
        {
            request.RawInputContents.Add(ByteString.CopyFrom(raw));
        }
        return request;
    }

    private static IEnumerable<InferTensorContents> Contents() =>
    [
        new(), new() { BoolContents = { true, false } }, new() { IntContents = { 1, 2 } }, new() { Int64Contents = { 1, 2 } }, new() { UintContents = { 1, 2 } }, new() { Uint64Contents = { 1, 2 } },
        new() { Fp32Contents = { 1, 2 } }, new() { Fp64Contents = { 1, 2 } }, new() { BytesContents = { ByteString.Empty, ByteString.Empty } },
    ];

    private static bool Suits(DataType type, InferTensorContents contents) => type switch
    {
        DataType.Bool => contents.BoolContents.Count > 0,
        DataType.Int8 or DataType.Int16 or DataType.Int32 => contents.IntContents.Count > 0,
        DataType.Int64 => contents.Int64Contents.Count > 0,
        DataType.Uint8 or DataType.Uint16 or DataType.Uint32 => contents.UintContents.Count > 0,
        DataType.Uint64 => contents.Uint64Contents.Count > 0,
        DataType.Fp32 => contents.Fp32Contents.Count > 0,
        DataType.Fp64 => contents.Fp64Contents.Count > 0,
        DataType.Bytes => contents.BytesContents.Count > 0,
        _ => false,
    };
}
