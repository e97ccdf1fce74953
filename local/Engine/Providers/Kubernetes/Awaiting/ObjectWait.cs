using System.Text.Json.Nodes;

namespace Scalelab.Engine.Providers.Kubernetes.Awaiting;

/// <summary>An object that tells by itself whether it is ready.</summary>
internal sealed class ObjectWait : IWait
{
    private readonly Subject _subject;
    private readonly Func<JsonObject, Verdict> _judge;
    private readonly EventTrail _events;
    private readonly Offspring? _offspring;

    /// <param name="path">Where it is.</param>
    /// <param name="applied">As it was applied.</param>
    /// <param name="judge">What ready means.</param>
    /// <param name="withOffspring">Whether pods that it has made, by way of other objects, may tell that it is hopeless.</param>
    public ObjectWait(string path, JsonObject applied, Func<JsonObject, Verdict> judge, bool withOffspring = false)
    {
        _judge = judge;
        _subject = new Subject(path, applied);
        _events = new EventTrail(_subject.Namespace);
        _offspring = withOffspring && applied.Text("metadata", "namespace") is { } ns ? new Offspring(ns, _subject.Uid) : null;
        Sources = [_subject.Source, _events.Source, .. _offspring?.Sources ?? []];
    }

    public TimeSpan DefaultLimit { get; init; } = TimeSpan.FromMinutes(10);

    public IReadOnlyList<WatchSource> Sources { get; }

    public JsonObject Live => _subject.Live;

    public Verdict Judge()
    {
        var verdict = _judge(Live);
        if (_subject.IsDeleted && !verdict.IsReady)
        {
            return Verdict.Deleted;
        }

        if (verdict.IsReady || verdict.IsHopeless)
        {
            return verdict;
        }

        if (_offspring?.Pods() is { Length: > 0 } pods && PodReport.Judge(verdict.Message, pods, [_subject.Uid], _events) is var report)
        {
            return report with { Tolerance = verdict.Tolerance };
        }

        return _events.Latest(_subject.Uid) is { } latest ? verdict with { Message = $"{verdict.Message} ({latest})" } : verdict;
    }
}
