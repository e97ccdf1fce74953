using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Scalelab.ModelServer.Admission;
using Scalelab.ModelServer.Metrics;
using Scalelab.ModelServer.Models;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Tests.Admission;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TestRepository _repository = new TestRepository().Add("echo", TestNetwork.Echo(("x", DataType.Fp32, [-1])));
    private readonly LoadedModel _model;

    public WorkQueueTests()
    {
        _model = LoadedModel.Load("echo", ModelFiles.In(Path.Combine(_repository.Folder, "echo")).Single(), threads: 1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _repository.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task RunAsync_MoreThanMayWait_AreRefusedAtOnce()
    {
        using var queue = Queue(workers: 1, limit: 2);
        using var held = new EchoWork(_model, 0, holds: true);
        var running = queue.RunAsync(held, Cancellation);
        await held.Begun.WaitAsync(Cancellation);
        var waiting = new[] { queue.RunAsync(new EchoWork(_model, 1), Cancellation), queue.RunAsync(new EchoWork(_model, 2), Cancellation) };

        var refused = await Assert.ThrowsAsync<RequestException>(() => queue.RunAsync(new EchoWork(_model, 3), Cancellation));

        Assert.Equal((503, 1), (refused.Status, refused.RetryAfter));
        Assert.Throws<RequestException>(queue.RefuseWhenFull);
        held.Release();
        await Task.WhenAll([running, .. waiting]);
    }

    [Fact]
    public async Task RunAsync_CancelledWhileWaiting_FreesItsPlace()
    {
        using var queue = Queue(workers: 1, limit: 1);
        using var held = new EchoWork(_model, 0, holds: true);
        var running = queue.RunAsync(held, Cancellation);
        await held.Begun.WaitAsync(Cancellation);
        using var client = new CancellationTokenSource();
        var given = queue.RunAsync(new EchoWork(_model, 1), client.Token);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal(0, queue.Length);
        var next = queue.RunAsync(new EchoWork(_model, 2), Cancellation);
        held.Release();
        await Task.WhenAll(running, next);
    }

    [Fact]
    public async Task RunAsync_Batching_RunsTogetherWhatWaits()
    {
        using var queue = Queue(workers: 1, limit: 100, batch: 4);
        var batches = new List<int>();
        using var listener = Batches(batches);
        using var held = new EchoWork(_model, 0, holds: true);
        var running = queue.RunAsync(held, Cancellation);
        await held.Begun.WaitAsync(Cancellation);
        var works = Enumerable.Range(1, 6).Select(i => new EchoWork(_model, i)).ToArray();
        var waiting = works.Select(work => queue.RunAsync(work, Cancellation)).ToArray();

        held.Release();
        await Task.WhenAll([running, .. waiting]);

        Assert.Equal([1f, 2, 3, 4, 5, 6], works.Select(work => work.Answer));
        Assert.Equal([1, 4, 2], batches);
    }

    [Fact]
    public async Task RunAsync_BatchingALoneRequest_DoesNotWaitForOthers()
    {
        using var queue = Queue(workers: 1, limit: 100, batch: 32);
        var work = new EchoWork(_model, 7);

        await queue.RunAsync(work, Cancellation);

        Assert.Equal(7f, work.Answer);
    }

    [Fact]
    public async Task RunAsync_OneOfABatchFailsToPrepare_TheOthersAreAnswered()
    {
        using var queue = Queue(workers: 1, limit: 100, batch: 4);
        using var held = new EchoWork(_model, 0, holds: true);
        var running = queue.RunAsync(held, Cancellation);
        await held.Begun.WaitAsync(Cancellation);
        var good = new EchoWork(_model, 5);
        var failing = queue.RunAsync(new EchoWork(_model, float.NaN), Cancellation);
        var waiting = queue.RunAsync(good, Cancellation);

        held.Release();

        await Assert.ThrowsAsync<InvalidDataException>(() => failing);
        await Task.WhenAll(running, waiting);
        Assert.Equal(5f, good.Answer);
    }

    [Fact]
    public async Task RunAsync_LargeWorks_RunOneAtATimeAndLetOthersPass()
    {
        using var queue = Queue(workers: 2, limit: 100);
        using var first = new EchoWork(_model, 1, holds: true, large: true);
        using var second = new EchoWork(_model, 2, holds: true, large: true);
        var large = new[] { queue.RunAsync(first, Cancellation), queue.RunAsync(second, Cancellation) };
        await first.Begun.WaitAsync(Cancellation);

        await queue.RunAsync(new EchoWork(_model, 3), Cancellation);

        Assert.Equal(0, second.Begun.CurrentCount);
        first.Release();
        second.Release();
        await Task.WhenAll(large);
    }

    // How many requests each run answers.
    private MeterListener Batches(List<int> sizes)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "batch_size" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) => sizes.Add(size));
        listener.Start();
        return listener;
    }

    private WorkQueue Queue(int workers, int limit, int batch = 1) =>
        new(new AdmissionSettings(workers, 1, limit, batch), new ServerMetrics(_services.GetRequiredService<IMeterFactory>()), TimeProvider.System);

    private sealed class EchoWork(LoadedModel model, float value, bool holds = false, bool large = false) : Work(model, new Phases()), IDisposable
    {
        private readonly ManualResetEventSlim _released = new(!holds);

        public SemaphoreSlim Begun { get; } = new(0);

        public float Answer { get; private set; }

        public override object? BatchKey => holds ? null : "batch";

        public override bool IsLarge => large;

        public override IReadOnlyList<Tensor> Prepare()
        {
            Begun.Release();
            _released.Wait();
            return float.IsNaN(value) ? throw new InvalidDataException() : [new Tensor("x", DataType.Fp32, [1], BitConverter.GetBytes(value))];
        }

        public override void Take(Outputs outputs)
        {
            using (outputs)
            {
                Answer = BitConverter.ToSingle(outputs[0].Data);
            }
        }

        public void Release() => _released.Set();

        public void Dispose()
        {
            _released.Dispose();
            Begun.Dispose();
        }
    }
}
