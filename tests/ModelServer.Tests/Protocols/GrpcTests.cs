using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Scalelab.ModelServer.Protocols.Grpc.Wire;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Protocols;

public sealed class GrpcTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Server_DescribesItselfAndItsModels()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Int8, [-1, 2])));
        await using var server = await StartAsync(repository);
        using var channel = Channel(server);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);

        Assert.True((await client.ServerLiveAsync(new ServerLiveRequest(), cancellationToken: Cancellation)).Live);
        Assert.True((await client.ServerReadyAsync(new ServerReadyRequest(), cancellationToken: Cancellation)).Ready);
        Assert.True((await client.ModelReadyAsync(new ModelReadyRequest { Name = "echo" }, cancellationToken: Cancellation)).Ready);
        Assert.Contains("model_repository", (await client.ServerMetadataAsync(new ServerMetadataRequest(), cancellationToken: Cancellation)).Extensions);
        var model = await client.ModelMetadataAsync(new ModelMetadataRequest { Name = "echo", Version = "1" }, cancellationToken: Cancellation);
        Assert.Equal("INT8 [-1, 2]", $"{model.Inputs.Single().Datatype} [{string.Join(", ", model.Inputs.Single().Shape)}]");
    }

    [Fact]
    public async Task Infer_EveryType_ComesBackAsItWas()
    {
        var types = Enum.GetValues<DataType>();
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo([.. types.Select(type => (type.Name(), type, new long[] { 2 }))]));
        await using var server = await StartAsync(repository);
        using var channel = Channel(server);
        var request = new ModelInferRequest { ModelName = "echo", Id = "7" };
        foreach (var type in types)
        {
            request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = type.Name(), Datatype = type.Name(), Shape = { 2 } });
            request.RawInputContents.Add(ByteString.CopyFrom(type == DataType.Bytes ? [1, 0, 0, 0, 65, 0, 0, 0, 0] : [.. Enumerable.Range(0, 2 * type.Size()).Select(i => (byte)(i & 1))]));
        }

        var response = await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(request, cancellationToken: Cancellation);

        Assert.Equal("7", response.Id);
        Assert.Equal(request.Inputs.Select(input => $"{input.Datatype}_out"), response.Outputs.Select(output => output.Name));
        Assert.Equal(request.RawInputContents, response.RawOutputContents);
    }

    [Fact]
    public async Task Infer_TypedContents_AreAnsweredInTheSameForm()
    {
        var types = Enum.GetValues<DataType>().Except([DataType.Fp16, DataType.Bf16]).ToArray();
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo([.. types.Select(type => (type.Name(), type, new long[] { 2 }))]));
        await using var server = await StartAsync(repository);
        using var channel = Channel(server);
        var request = new ModelInferRequest { ModelName = "echo" };
        foreach (var type in types)
        {
            request.Inputs.Add(new ModelInferRequest.Types.InferInputTensor { Name = type.Name(), Datatype = type.Name(), Shape = { 2 }, Contents = Contents(type) });
        }

        var response = await new GRPCInferenceService.GRPCInferenceServiceClient(channel).ModelInferAsync(request, cancellationToken: Cancellation);

        Assert.Equal(request.Inputs.Select(input => input.Contents), response.Outputs.Select(output => output.Contents));
    }

    [Fact]
    public async Task Infer_WrongRequest_SaysWhatIsWrong()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Uint8, [2])));
        await using var server = await StartAsync(repository);
        using var channel = Channel(server);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);

        await AssertRefusedAsync(client, StatusCode.NotFound, "does not exist", new ModelInferRequest { ModelName = "other" });
        await AssertRefusedAsync(client, StatusCode.InvalidArgument, "'x' is missing", new ModelInferRequest { ModelName = "echo" });
        await AssertRefusedAsync(client, StatusCode.InvalidArgument, "datatype 'FP32'", Request("FP32", [2], new InferTensorContents()));
        await AssertRefusedAsync(client, StatusCode.InvalidArgument, "shape [3]", Request("UINT8", [3], new InferTensorContents()));
        await AssertRefusedAsync(client, StatusCode.InvalidArgument, "have 1 of UINT8", Request("UINT8", [2], new InferTensorContents { UintContents = { 1 } }));
        await AssertRefusedAsync(client, StatusCode.InvalidArgument, "256, which is no UINT8", Request("UINT8", [2], new InferTensorContents { UintContents = { 1, 256 } }));
    }

    [Fact]
    public async Task Repository_Models_AreLoadedAndUnloaded()
    {
        using var repository = new TestRepository().Add("echo", TestNetwork.Sum(1));
        await using var server = await StartAsync(repository);
        using var channel = Channel(server);
        var client = new GRPCInferenceService.GRPCInferenceServiceClient(channel);

        // KServe's clients send the name as field 1, Triton's as field 2.
        Assert.True((await client.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { RepositoryName = "echo" }, cancellationToken: Cancellation)).IsUnloaded);
        Assert.False((await client.ModelReadyAsync(new ModelReadyRequest { Name = "echo" }, cancellationToken: Cancellation)).Ready);
        Assert.True((await client.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = "echo" }, cancellationToken: Cancellation)).IsLoaded);
        var index = await client.RepositoryIndexAsync(new RepositoryIndexRequest(), cancellationToken: Cancellation);
        Assert.Equal(["colours READY", "echo READY"], index.Models.Select(model => $"{model.Name} {model.State}"));
    }

    private static Task<TestServer> StartAsync(TestRepository repository) => TestServer.StartAsync(settings: ["MODEL_REPOSITORY", repository.Folder, "GRPC_PORT", "0", "POD_IP", "127.0.0.1"]);

    private static GrpcChannel Channel(TestServer server) => GrpcChannel.ForAddress(server.App.Urls.Last());

    private static ModelInferRequest Request(string type, long[] shape, InferTensorContents contents) => new()
    {
        ModelName = "echo",
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = type, Shape = { shape }, Contents = contents } },
    };

    private static async Task AssertRefusedAsync(GRPCInferenceService.GRPCInferenceServiceClient client, StatusCode code, string message, ModelInferRequest request)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => client.ModelInferAsync(request, cancellationToken: Cancellation).ResponseAsync);
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(message, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static InferTensorContents Contents(DataType type) => type switch
    {
        DataType.Bool => new() { BoolContents = { true, false } },
        DataType.Int8 or DataType.Int16 or DataType.Int32 => new() { IntContents = { -128, 127 } },
        DataType.Int64 => new() { Int64Contents = { long.MinValue, 1 } },
        DataType.Uint8 or DataType.Uint16 or DataType.Uint32 => new() { UintContents = { 0, 255 } },
        DataType.Uint64 => new() { Uint64Contents = { 0, ulong.MaxValue } },
        DataType.Fp32 => new() { Fp32Contents = { 0.5f, -1 } },
        DataType.Fp64 => new() { Fp64Contents = { 0.1, -1 } },
        _ => new() { BytesContents = { ByteString.CopyFromUtf8("ö"), ByteString.Empty } },
    };
}
