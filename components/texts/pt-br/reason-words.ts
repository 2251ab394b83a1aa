import type { Texts } from '../texts.ts';

/** Por que uma sessão está como está, pelo código do motivo. */
export const ptReasons: Texts['reason'] = {
  unlinked: 'desvinculada no celular',
  'qr-idle': 'ninguém leu o QR; navegador fechado',
  'no-network': 'sem rede na página',
  'page-crashed': 'a página caiu',
  'page-hung': 'a página travou',
  'browser-exited': 'o navegador fechou',
  'browser-missing': 'nenhum navegador nesta máquina',
  'socket-timeout': 'o WhatsApp não responde',
  conflict: 'aberta em outro lugar',
  'cannot-ask': 'espera o Supabase: pode estar em outro servidor',
  'tos-block': 'bloqueada pelo WhatsApp',
  'version-refused': 'o WhatsApp recusa esta versão',
  'max-sessions': 'espera um lugar livre (MAX_SESSIONS)',
  memory: 'espera memória livre',
  'starting-limit': 'espera a vez de iniciar',
  'profile-busy': 'o perfil está em uso',
};

/** Por que uma mensagem terminou assim, pelo código. */
export const ptOutcomeReasons: Texts['outcomeReason'] = {
  'too-old': 'velha demais para responder',
  'owner-answered': 'uma pessoa respondeu no celular',
  'session-paused': 'as respostas da sessão estão em pausa',
  'chat-paused': 'a conversa está em pausa',
  'no-ai': 'a sessão não tem IA (ai_config.provider é none)',
  'no-key': 'falta a chave da IA',
  'wrong-key': 'a IA não aceita a chave',
  quota: 'cota da IA esgotada',
  'rate-limit': 'a IA limita os pedidos; tenta de novo',
  busy: 'IA ocupada; tenta de novo',
  'service-fault': 'falha na IA; tenta de novo',
  forbidden: 'chave sem direito ao modelo',
  'unknown-model': 'modelo de IA desconhecido',
  'too-long': 'conversa longa demais para o modelo',
  closed: 'fora do horário de atendimento',
  budget: 'orçamento de IA do dia gasto',
  cap: 'limite de mensagens atingido',
  draft: 'um rascunho espera uma pessoa',
  'draft-dropped': 'o rascunho foi descartado',
  overdue: 'conversas esperam mais do que deveriam',
  restricted: 'o WhatsApp recusa tudo que este número envia: espere, e responda pelo celular',
  'restricted-new': 'o WhatsApp recusa mensagens a contatos novos: espere, e responda a eles pelo celular',
  'asks-for-person': 'o contato pede uma pessoa',
  drafts: 'rascunhos esperam uma pessoa',
  'handed-over': 'a conversa foi passada a uma pessoa',
  unreadable: 'a mensagem não pôde ser lida',
  blocked: 'a IA bloqueou a resposta',
  'send-refused': 'o WhatsApp recusou a resposta',
  'send-unknown': 'não se sabe se a resposta chegou',
  deleted: 'o contato apagou a mensagem',
  gone: 'as mensagens foram retiradas nesse meio tempo',
  restored: 'chegou antes da restauração: o servidor antigo pode ter respondido',
  'media-unreadable': 'a mídia não pôde ser lida',
  media: 'mídia sem texto',
  empty: 'a IA respondeu sem texto',
  'thinking-only': 'a IA gastou a resposta toda pensando: aumente ai_config.maxTokens',
  malformed: 'a IA respondeu algo que não é resposta',
  'bad-request': 'a IA recusa este pedido, só desta conversa',
  'cut-short': 'a resposta foi cortada: aumente ai_config.maxTokens ou peça respostas mais curtas',
  kind: 'este tipo de mensagem é guardado e não respondido',
  command: 'comando de um administrador',
  'before-first-link': 'anterior ao primeiro vínculo deste celular',
  group: 'grupos não são respondidos',
  status: 'status não são respondidos',
  broadcast: 'listas de transmissão não são respondidas',
  newsletter: 'canais não são respondidos',
  call: 'ligações não são atendidas',
  'other-kind': 'este tipo de conversa não é respondido',
  denied: 'na lista de recusados',
  'not-allowed': 'fora da lista de permitidos',
  'saved-contact': 'contatos salvos não são respondidos',
};

/** De quem parece ser a culpa de um incidente. */
export const ptBlame: Texts['blame'] = {
  network: {
    cause: 'A rede deste servidor',
    conclusion: 'Este servidor está sem internet: provavelmente a rede ou o provedor, não o WhatsApp.',
  },
  server: {
    cause: 'Este servidor',
    conclusion:
      'Robôs ou navegadores caíram juntos e a rede está boa: provavelmente este servidor (memória, disco ou PM2).',
  },
  whatsapp: {
    cause: 'WhatsApp Web',
    conclusion: 'A internet funciona, mas web.whatsapp.com não responde: provavelmente o WhatsApp, não o seu servidor.',
  },
  'whatsapp-change': {
    cause: 'WhatsApp Web',
    conclusion:
      'web.whatsapp.com responde, mas as sessões não entram: provavelmente uma mudança no WhatsApp, não o seu servidor.',
  },
  over: {
    cause: 'WhatsApp Web ou a rede',
    conclusion: 'Tudo responde de novo: foi curto, provavelmente no WhatsApp ou na rede.',
  },
  unknown: {
    cause: 'WhatsApp Web ou a rede',
    conclusion: 'Ainda não está claro se é o seu servidor, a rede ou o WhatsApp.',
  },
};
