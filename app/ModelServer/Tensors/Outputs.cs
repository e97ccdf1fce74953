using System.Collections;
using Microsoft.ML.OnnxRuntime;

namespace Scalelab.ModelServer.Tensors;

/// <summary>What one run of a network gave, kept in ONNX Runtime's own memory until every request that it answers has let go of it.</summary>
internal sealed class Outputs : IReadOnlyList<OutputTensor>, IDisposable
{
    private readonly SharedValues _values;
    private readonly OutputTensor[] _tensors;
    private int _disposed;

    internal Outputs(IReadOnlyList<TensorSpec> specs, IDisposableReadOnlyCollection<OrtValue> values)
        : this(new SharedValues(values), [.. specs.Zip(values, (spec, value) => Tensor(spec, value))])
    {
    }

    private Outputs(SharedValues values, OutputTensor[] tensors)
    {
        _values = values;
        _tensors = tensors;
    }

    public int Count => _tensors.Length;

    public OutputTensor this[int index] => _tensors[index];

    /// <summary>The rows that answer one request of a batch; shares the memory.</summary>
    internal Outputs Rows(int start, int count)
    {
        _values.Share();
        return new Outputs(_values, [.. _tensors.Select(tensor => tensor.Rows(start, count))]);
    }

    /// <summary>Those of the given names, in their order; takes this one's place.</summary>
    internal Outputs Only(IReadOnlyList<string> names)
    {
        _values.Share();
        var chosen = new Outputs(_values, [.. names.Select(name => _tensors.First(tensor => tensor.Name == name))]);
        Dispose();
        return chosen;
    }

    public IEnumerator<OutputTensor> GetEnumerator() => ((IEnumerable<OutputTensor>)_tensors).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _values.Release();
        }
    }

    private static OutputTensor Tensor(TensorSpec spec, OrtValue value) => new(spec.Name, spec.Type, value.GetTensorTypeAndShape().Shape, value, 0);

    private sealed class SharedValues(IDisposableReadOnlyCollection<OrtValue> values)
    {
        private int _users = 1;

        public void Share() => Interlocked.Increment(ref _users);

        public void Release()
        {
            if (Interlocked.Decrement(ref _users) == 0)
            {
                values.Dispose();
            }
        }
    }
}
