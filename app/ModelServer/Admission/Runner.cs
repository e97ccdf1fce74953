using Microsoft.ML.OnnxRuntime;
using Scalelab.ModelServer.Metrics;
using Scalelab.ModelServer.Tensors;

namespace Scalelab.ModelServer.Admission;

/// <summary>Runs a batch on the thread that asks: prepares each, runs the network once, hands each its rows. One that fails does not touch the others.</summary>
internal sealed class Runner(ServerMetrics metrics, TimeProvider time)
{
    public void Run(List<Work> batch)
    {
        var prepared = new List<(Work Work, IReadOnlyList<Tensor> Inputs)>(batch.Count);
        foreach (var work in batch)
        {
            Prepare(work, prepared);
        }
        if (prepared.Count == 0)
        {
            return;
        }
        metrics.Batch(prepared[0].Work.Model.Name, prepared.Count);
        try
        {
            if (prepared.Count == 1)
            {
                RunOne(prepared[0].Work, prepared[0].Inputs);
            }
            else
            {
                RunTogether(prepared);
            }
        }
        catch (Exception exception)
        {
            foreach (var (work, _) in prepared)
            {
                work.Fail(Explain(work, exception));
            }
        }
    }

    private void Prepare(Work work, List<(Work, IReadOnlyList<Tensor>)> prepared)
    {
        var started = time.GetTimestamp();
        work.Phases.Queue += time.GetElapsedTime(work.Enqueued, started);
        try
        {
            prepared.Add((work, work.Prepare()));
            work.Phases.Preprocess += time.GetElapsedTime(started);
        }
        catch (Exception exception)
        {
            work.Fail(exception);
        }
    }

    private void RunOne(Work work, IReadOnlyList<Tensor> inputs)
    {
        var started = time.GetTimestamp();
        var outputs = work.Model.Network.Run(inputs);
        work.Phases.Inference += time.GetElapsedTime(started);
        Finish(work, outputs);
    }

    private void RunTogether(List<(Work Work, IReadOnlyList<Tensor> Inputs)> prepared)
    {
        var started = time.GetTimestamp();
        using var arena = new TensorArena();
        using var outputs = prepared[0].Work.Model.Network.Run(Stack.Of([.. prepared.Select(each => each.Inputs)], arena));
        var elapsed = time.GetElapsedTime(started);
        var row = 0;
        foreach (var (work, inputs) in prepared)
        {
            work.Phases.Inference += elapsed;
            var rows = (int)inputs[0].Shape[0];
            Finish(work, outputs.Rows(row, rows));
            row += rows;
        }
    }

    private void Finish(Work work, Outputs outputs)
    {
        var started = time.GetTimestamp();
        try
        {
            work.Take(outputs);
            work.Phases.Postprocess += time.GetElapsedTime(started);
            work.Succeed();
        }
        catch (Exception exception)
        {
            work.Fail(exception);
        }
    }

    // What a network makes of its inputs depends on nothing but them: the sender can mend it.
    private static Exception Explain(Work work, Exception exception) => exception is OnnxRuntimeException
        ? RequestException.Bad($"Model '{work.Model.Name}' fails on these inputs: {exception.Message}", "Send values and shapes that the network can work on.")
        : exception;
}
