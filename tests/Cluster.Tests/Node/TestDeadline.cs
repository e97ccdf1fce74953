using System.Globalization;

namespace Scalelab.Cluster.Tests.Node;

/// <summary>How long a test may wait for anything: two minutes, or as many seconds as TEST_DEADLINE says.</summary>
internal sealed class TestDeadline : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public TestDeadline() => _end.CancelAfter(
        TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("TEST_DEADLINE"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 120));

    public CancellationToken Token => _end.Token;

    /// <summary>Ends whatever still waits.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }
}
